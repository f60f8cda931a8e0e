"""What a process wrote that died before it could note it is found; what a case holds is never touched."""

from __future__ import annotations

import io
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command

from complaints.actions import conversation
from complaints.actions.conversation import Upload
from complaints.models import Ticket
from office.models import Agent
from tests.conftest import NOW


def listed(*words: str) -> list[str]:
    out = io.StringIO()
    call_command("orphaned_files", *words, stdout=out, stderr=io.StringIO())
    return out.getvalue().split()


def test_an_orphaned_file_is_listed_when_it_is_old_and_deleted_only_on_demand(
    ticket: Ticket, agent: Agent, actor_for: Callable[..., Any]
) -> None:
    upload = Upload(name="receipt.txt", content=b"twelve pounds")
    kept = conversation.add_attachment(ticket, actor=actor_for(agent), now=NOW, upload=upload)
    orphan = default_storage.save("zz/orphan", ContentFile(b"nobody's"))
    fresh = default_storage.save("zz/fresh", ContentFile(b"being written"))
    old = time.time() - 3 * 86_400
    for name in (kept.stored.name, orphan):
        os.utime(default_storage.path(name), (old, old))

    ours = {kept.stored.name, orphan, fresh}
    assert ours & set(listed()) == {orphan}
    assert ours & set(listed("--hours", "-1")) == {orphan, fresh}
    assert Path(default_storage.path(orphan)).exists()

    listed("--delete")

    assert not Path(default_storage.path(orphan)).exists()
    assert Path(default_storage.path(kept.stored.name)).exists()
    assert Path(default_storage.path(fresh)).exists()
    default_storage.delete(fresh)
