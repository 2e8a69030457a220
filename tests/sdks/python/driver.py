"""centrifuge-python as tests/sdks drives it; sdk-driver.ts says what the lines mean."""

import asyncio
import json
import sys

from centrifuge import Client, ClientEventHandler, SubscriptionEventHandler, UnauthorizedError

is_protobuf = sys.argv[1] == "protobuf"
asked_tokens: "asyncio.Queue[str]" = asyncio.Queue()


def say(**line):
    print(json.dumps(line), flush=True)


def sent(value):
    """What this SDK takes as data: a value for JSON, bytes for Protobuf."""
    return json.dumps(value).encode() if is_protobuf else value


def heard(data):
    return json.loads(data) if is_protobuf else data


async def get_token():
    say(event="token")
    token = await asked_tokens.get()
    if token == "":
        raise UnauthorizedError("no more")
    return token


class Events(ClientEventHandler):
    async def on_connected(self, ctx):
        say(event="connected")

    async def on_connecting(self, ctx):
        say(event="connecting", code=ctx.code)

    async def on_disconnected(self, ctx):
        say(event="disconnected", code=ctx.code)


class ChannelEvents(SubscriptionEventHandler):
    async def on_subscribed(self, ctx):
        say(event="subscribed", wasRecovering=ctx.was_recovering, recovered=ctx.recovered)

    async def on_publication(self, ctx):
        say(event="publication", data=heard(ctx.pub.data), offset=ctx.pub.offset)


client = None


async def connect(url, token):
    global client
    client = Client(url, events=Events(), token=token, get_token=get_token, use_protobuf=is_protobuf, proxy=None)
    await client.connect()


async def run(command):
    kind, channel = command["do"], command.get("channel", "")
    if kind == "token":
        asked_tokens.put_nowait(command["token"])
    elif kind == "connect":
        await connect(command["url"], command["token"])
    elif kind == "subscribe":
        await client.new_subscription(channel, events=ChannelEvents()).subscribe()
    elif kind == "publish":
        await client.publish(channel, sent(command["data"]))
    elif kind == "history":
        page = await client.history(channel, limit=command["limit"])
        return [{"data": heard(pub.data), "offset": pub.offset} for pub in page.publications]
    elif kind == "presence":
        return [info.user for info in (await client.presence(channel)).clients.values()]
    return None


async def answer(command):
    try:
        say(id=command["id"], result=await run(command))
    except Exception as error:  # Whatever it is, the test is told.
        say(id=command["id"], error={"code": getattr(error, "code", 0), "message": str(error)})


async def main():
    lines = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    say(event="ready")
    tasks = set()
    while line := await lines.readline():
        task = asyncio.create_task(answer(json.loads(line)))
        tasks.add(task)
        task.add_done_callback(tasks.discard)


asyncio.run(main())
