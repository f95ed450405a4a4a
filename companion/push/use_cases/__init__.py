"""What can be done with push: subscribe, queue a message, dispatch what is queued, keep house."""

from companion.push.gateway import PushSetup, Sender
from companion.push.use_cases.claiming import Wish
from companion.push.use_cases.dispatch import Check, Tally, dispatch
from companion.push.use_cases.housekeeping import Health, beat, health, last_beat, prune, revive
from companion.push.use_cases.messages import (
    NewMessage,
    drop_messages,
    find_test,
    hold_waiting,
    note_shown,
    queue_messages,
    queue_test,
)
from companion.push.use_cases.preparing import Larder, prepare
from companion.push.use_cases.subscriptions import (
    list_subscriptions,
    make_sender,
    remove_subscription,
    save_subscription,
    setup_of,
)

__all__ = [
    "Check",
    "Health",
    "Larder",
    "NewMessage",
    "PushSetup",
    "Sender",
    "Tally",
    "Wish",
    "beat",
    "dispatch",
    "drop_messages",
    "find_test",
    "health",
    "hold_waiting",
    "last_beat",
    "list_subscriptions",
    "make_sender",
    "note_shown",
    "prepare",
    "prune",
    "queue_messages",
    "queue_test",
    "remove_subscription",
    "revive",
    "save_subscription",
    "setup_of",
]
