# One image for every process of an installation: web, worker, beat and the commands. No secret is in it.
FROM python:3.11-slim-bookworm

# pg_dump and pg_restore, for `manage.py backup` and `restore`; not older than the server. Pango and fonts draw letters as
# PDF, in Chinese as well.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends postgresql-client \
       libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk fonts-liberation \
    && rm -rf /var/lib/apt/lists/*

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /srv/fourstep

COPY requirements.txt ./
RUN pip install --requirement requirements.txt weasyprint==70.0

COPY manage.py ./
COPY config ./config
COPY office ./office
COPY customers ./customers
COPY playbooks ./playbooks
COPY complaints ./complaints
COPY templates ./templates
COPY static ./static
COPY locale ./locale

# What the settings ask for before they let anything run; nothing is reached with it, and none of it stays.
RUN python -m compileall -q . \
    && SECRET_KEY=while-building DATABASE_URL=postgres://nobody@localhost/none REDIS_URL=redis://localhost \
       DATA_DIR=/tmp/building python manage.py collectstatic --noinput --verbosity 0 \
    && rm -rf /tmp/building

# The number is fixed, so that the owner of a volume stays the same from one build to the next.
RUN groupadd --gid 10001 fourstep \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /var/lib/fourstep --shell /usr/sbin/nologin fourstep \
    && install --directory --mode 0700 --owner fourstep --group fourstep /var/lib/fourstep /run/fourstep/metrics
USER fourstep
ENV DATA_DIR=/var/lib/fourstep PROMETHEUS_MULTIPROC_DIR=/run/fourstep/metrics
VOLUME /var/lib/fourstep
EXPOSE 8000

HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 CMD ["python", "-m", "config.probe", "ready"]
CMD ["gunicorn", "config.wsgi", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--workers", "2", "--threads", "4"]
