/** Of channels, calls and events, and of whoever decides about them. */
export const channelTexts: Readonly<Record<string, string>> = {
  "Publications kept per channel; 0 keeps none.": "每个频道保留的消息数；0 表示不保留。",
  "How long they are kept after the last one; `0s` keeps none.": "最后一条消息之后保留多久；`0s` 表示不保留。",
  "Life of the stream's epoch and offset after its last use; `0s` takes `channel.history_meta_ttl`.":
    "流的 epoch 和 offset 在最后一次使用后的寿命；`0s` 取 `channel.history_meta_ttl`。",
  "Watch that no subscriber misses a publication.": "确保没有订阅者错过消息。",
  "The same, for subscribers that ask for it.": "同上，但只用于提出请求的订阅者。",
  "Subscribers resume from their last position after a reconnect.": "订阅者重新连接后从其最后的位置继续。",
  "`stream` sends everything missed, `cache` the newest publication only.":
    "`stream` 发送错过的全部消息，`cache` 只发送最新一条。",
  "In cache mode, also send the newest publication on the first subscribe.":
    "在 cache 模式下，首次订阅时也发送最新一条消息。",
  "Clients with a user id may subscribe without a subscription token.": "有用户 id 的客户端无需订阅令牌即可订阅。",
  "So may clients without a user id; extends `allow_subscribe_for_client`.":
    "没有用户 id 的客户端也可以；扩展 `allow_subscribe_for_client`。",
  "Subscribers of the channel may publish into it.": "频道的订阅者可以向其发布。",
  "Clients with a user id may publish into it, subscribed or not.": "有用户 id 的客户端可以向其发布，无论是否订阅。",
  "Clients without a user id may publish, where the two above allow it.":
    "没有用户 id 的客户端在以上两项允许时可以发布。",
  "Subscribers of the channel may send each other events that are not kept, such as that somebody types (rpc `channel.event`).":
    "频道的订阅者可以互相发送不保留的事件，例如正在输入（rpc `channel.event`）。",
  "So may those without a user id; extends `allow_event_for_subscriber`.":
    "没有用户 id 的也可以；扩展 `allow_event_for_subscriber`。",
  "Subscribers of the channel may read its history.": "频道的订阅者可以读取其历史。",
  "Clients with a user id may read its history, subscribed or not.": "有用户 id 的客户端可以读取其历史，无论是否订阅。",
  "Clients without a user id may read it, where the two above allow it.":
    "没有用户 id 的客户端在以上两项允许时可以读取。",
  "Users named behind a `#` may subscribe without a subscription token, and nobody else: `dialog#1,2`.":
    "`#` 之后列出的用户无需订阅令牌即可订阅，其他人不可以：`dialog#1,2`。",
  "What clients' names for channels must match behind the namespace; anchor it with `^` and `$`.":
    "客户端使用的频道名在命名空间之后须匹配的模式；请用 `^` 和 `$` 锚定。",
  "Each gateway sends at most one publication of a channel per interval, the newest; `0s` sends every one.":
    "每个网关在每个间隔内最多发送频道的一条消息，即最新的一条；`0s` 发送每一条。",
  "Subscribers may ask for the publications whose tags match a filter (`tf`), and get no others. It saves bytes and keeps no secrets: who may subscribe may read everything.":
    "订阅者可以只要求标签与过滤条件（`tf`）匹配的消息，不会收到其他消息。它节省字节，但不保守秘密：能订阅的人可以读取全部。",
  '`["fossil"]`: subscribers that ask for it are sent what has changed since the publication before, for publications that say `delta`.':
    '`["fossil"]`：对提出请求的订阅者，只发送与上一条消息相比的变化，适用于带 `delta` 的消息。',
  "Every publication says `delta`, also those of clients.": "每条消息都带 `delta`，包括客户端发布的。",
  "Overrides `channel.publication_data_format`.": "覆盖 `channel.publication_data_format`。",
  "What `events.receivers` are told of these channels: `occupancy` (`channel.occupied`, `channel.vacated`), `subscriptions` (`channel.subscribed`, `channel.unsubscribed`), `messages` (`message.published`, of what clients publish).":
    "`events.receivers` 会得知这些频道的哪些事：`occupancy`（`channel.occupied`、`channel.vacated`），`subscriptions`（`channel.subscribed`、`channel.unsubscribed`），`messages`（`message.published`，即客户端发布的内容）。",
  "Keep who is in the channel.": "记录频道内有谁。",
  "Tell of subscribers that come and go, to those that ask for it.": "订阅者来去时，告知提出请求的订阅者。",
  "With `join_leave`: tell all subscribers, whether they ask or not.":
    "与 `join_leave` 一起使用：告知所有订阅者，无论是否提出请求。",
  "Subscribers of the channel may ask who is in it.": "频道的订阅者可以询问其中有谁。",
  "Clients with a user id may ask who is in it, subscribed or not.":
    "有用户 id 的客户端可以询问其中有谁，无论是否订阅。",
  "Clients without a user id may ask, where the two above allow it.": "没有用户 id 的客户端在以上两项允许时可以询问。",
  "A user that comes back within this time, as by a page reload, has not left: no leave, no join. At most `60s`.":
    "在此时间内回来的用户（例如刷新页面）视为没有离开：不发送离开和加入。最多 `60s`。",
  "Publish into `hub:events` when the channel gets its first and loses its last client.":
    "频道迎来第一个客户端或失去最后一个客户端时，发布到 `hub:events`。",
  "The back end is asked whether a client may subscribe that has no subscription token, in place of the `allow_subscribe_…` options.":
    "没有订阅令牌的客户端能否订阅由后端决定，代替 `allow_subscribe_…` 选项。",
  "Which one: `default` is that of `channel.proxy`, others are in `proxies`.":
    "使用哪一个：`default` 是 `channel.proxy` 的，其他的在 `proxies` 中。",
  "The back end is asked what of a client's publication is published, in place of the `allow_publish_…` options.":
    "客户端发布的内容中发布什么由后端决定，代替 `allow_publish_…` 选项。",
  "The back end is asked whether a subscription goes on when it expires.": "订阅过期时，询问后端是否继续。",
  "Options by namespace. `user`, `inbox`, `task`, `group` and `hub` are the hub's own and cannot be redefined.":
    "按命名空间的选项。`user`、`inbox`、`task`、`group` 和 `hub` 属于 hub 自身，不能重新定义。",
  "Bytes of a channel name; more is error 107.": "频道名的字节数；超出为错误 107。",
  "What may be published: any JSON (empty or `json`), only objects (`json_object`), or any bytes (`binary`): then what Protobuf clients publish and `b64data` is taken as bytes, and JSON clients see its base64.":
    "可以发布什么：任意 JSON（为空或 `json`），仅对象（`json_object`），或任意字节（`binary`）：此时 Protobuf 客户端发布的内容和 `b64data` 按字节处理，JSON 客户端看到其 base64。",
  "Keep who is online in the channels `user:<id>`, and publish into `hub:events` when a user's first connection comes and the last one goes.":
    "在频道 `user:<id>` 中记录谁在线，并在用户的第一个连接到来和最后一个离开时发布到 `hub:events`。",
  "A user that comes back within this time was not offline. At most `60s`.":
    "在此时间内回来的用户视为没有离线。最多 `60s`。",
  "Bytes one answer to `presence` may come to (some 50 000 clients); more is error 106. `presence_stats` has no bound.":
    "一次 `presence` 应答的最大字节数（约 50 000 个客户端）；超出为错误 106。`presence_stats` 没有上限。",
  "Bytes of publications one reading of a history comes to, so that nobody keeps Redis from others: the answer ends there and says `more`. Who has missed more than that cannot recover (`recovered: false`).":
    "一次读取历史的最大字节数，以免有人长时间占用 Redis：应答到此为止，并带 `more`。错过更多的人无法恢复（`recovered: false`）。",
  "Life of a stream's epoch and offset after its last use; must outlive every history_ttl.":
    "流的 epoch 和 offset 在最后一次使用后的寿命；须长于所有 history_ttl。",
  "A back end answers: the call is POSTed to it as Centrifugo's proxies do.":
    "由后端应答：调用以 POST 发送给它，与 Centrifugo 的代理一致。",
  "Which one: `default` is `rpc.proxy`, others are in `proxies`.":
    "使用哪一个：`default` 是 `rpc.proxy`，其他的在 `proxies` 中。",
  "The handler of `handlers` that answers, in a worker, in place of a proxy: it is given what the client has sent as its `data`, and what it returns is the answer. Empty: none.":
    "`handlers` 中在 worker 里应答的处理器，代替代理：客户端发送的内容作为其 `data`，其返回值就是应答。为空：没有。",
  "Time until a handler has answered, waiting included; at most `4500ms`, because clients wait 5 s. A proxy has its own.":
    "处理器应答之前的时间，包括等待；最多 `4500ms`，因为客户端只等 5 秒。代理有自己的时间。",
  "What a handler that runs does when its client goes away: it finishes, or its signal is aborted (`cancel`).":
    "客户端离开时，运行中的处理器怎么办：继续完成，或中止其信号（`cancel`）。",
  'The handler takes longer than a client waits: a call becomes a task, and is answered `{"task","channel","token"}` at once. Its progress and its result come on the channel.':
    '处理器所需的时间比客户端等待的更长：调用成为任务，并立即应答 `{"task","channel","token"}`。其进度和结果通过该频道送达。',
  "Methods by namespace.": "按命名空间的方法。",
  "Ends the namespace in a method's name: `shop:buy` is of the namespace `shop`.":
    "方法名中命名空间的结尾：`shop:buy` 属于命名空间 `shop`。",
  "Answer this method by itself, with nothing.": "由 hub 自身应答该方法，内容为空。",
  "Its whole name.": "其完整名称。",
  "Keep in Redis who is connected, by client and by user, for `/v1/connections` and `/v1/users/:id/…`. Gateways write it behind their clients, many at a time. Events need it.":
    "在 Redis 中按客户端和用户记录谁已连接，供 `/v1/connections` 和 `/v1/users/:id/…` 使用。由网关批量写入，不让客户端等待。事件功能需要它。",
  "Keep in Redis which channels have subscribers, and how many, for `/v1/channels`. Gateways write it behind their clients. Channels of users, of tasks and of apps of the Pusher door are not in it.":
    "在 Redis 中记录哪些频道有订阅者及其数量，供 `/v1/channels` 使用。由网关写入，不让客户端等待。不包括用户、任务以及 Pusher 入口应用的频道。",
  "What receivers are told of all clients: `connections` (`connection.opened`, `connection.closed`), `users` (`user.online`, `user.offline`). What they are told of channels is an option of their namespaces.":
    "接收方会得知所有客户端的哪些事：`connections`（`connection.opened`、`connection.closed`），`users`（`user.online`、`user.offline`）。关于频道的内容由其命名空间的选项决定。",
  "Who is told of what happens. See docs/events.md.": "发生的事告知谁。参见 docs/events.md。",
  "A channel or a user that is back within this time was not vacated, or not offline.":
    "在此时间内恢复的频道或用户，视为没有空出或没有离线。",
  "Bytes of events that may wait in Redis. Of `message.published` no more are written from four fifths on; from there the oldest events give way. Receivers are told how many they have missed.":
    "允许在 Redis 中等待的事件字节数。达到五分之四后不再写入 `message.published`；此后最早的事件让位。接收方会得知错过了多少。",
  "Further endpoints and handlers that decide, for namespaces to choose by name.":
    "更多可做决定的地址和处理器，供命名空间按名称选用。",
  "The key of `X-API-Key` that may do everything. Empty: there is none. 16 characters or more.":
    "`X-API-Key` 中可以做任何事的密钥。为空：没有。至少 16 个字符。",
  "Further keys, each for one back end and for what that one needs. Without any key every call is refused.":
    "更多密钥，每个供一个后端使用，只能做其所需的事。没有任何密钥时，拒绝所有调用。",
};
