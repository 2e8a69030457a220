"""Every call of the Python library, as it is published; prints what it was answered, as one JSON document."""

import json
import sys

import pusher

url, key, secret = sys.argv[1:]
host, port = url.removeprefix("http://").split(":")
client = pusher.Pusher(app_id="1", key=key, secret=secret, host=host, port=int(port), ssl=False)

answers = {
    "trigger": client.trigger(["news", "private-x"], "python", {"n": 1}),
    "batch": client.trigger_batch(
        [{"channel": "news", "name": "python", "data": {"n": n}} for n in (2, 3)]
    ),
    "to_user": client.send_to_user("u1", "python", {"n": 4}),
    "channels": client.channels_info("presence-", ["user_count"]),
    "channel": client.channel_info("presence-a", ["user_count"]),
    "users": client.users_info("presence-a"),
}
try:
    client.channel_info("news", ["user_count"])
except pusher.errors.PusherBadRequest as error:
    answers["refused"] = str(error)
print(json.dumps(answers))
