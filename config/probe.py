"""Ask the web process of this container how it is: `python -m config.probe [live|ready|progress]`; exit code 0 or 1.

Asks as the proxy in front would: with a host name that is allowed, and as if the visitor had come by https.
"""

import http.client
import os
import sys

SECONDS = 4


def main() -> int:
    what = sys.argv[1] if len(sys.argv) > 1 else "ready"
    host = (os.environ.get("ALLOWED_HOSTS") or "localhost").split(",")[0].strip().lstrip(".").replace("*", "localhost")
    connection = http.client.HTTPConnection("127.0.0.1", int(os.environ.get("PORT") or "8000"), timeout=SECONDS)
    try:
        connection.request("GET", f"/health/{what}/", headers={"Host": host, "X-Forwarded-Proto": "https"})
        answer = connection.getresponse()
        print(answer.read(1000).decode(errors="replace"))
    except OSError as error:
        print(error)
        return 1
    finally:
        connection.close()
    return 0 if answer.status == 200 else 1


if __name__ == "__main__":
    raise SystemExit(main())
