/** Of Redis, of clients and of the doors they come through. */
export const clientTexts: Readonly<Record<string, string>> = {
  "Start although a secret is shorter than it should be, and log a warning that names it. For moving here with secrets that are in use; change them and turn this off.":
    "即使密钥短于应有的长度也启动，并在日志中警告、指明是哪一个。用于带着正在使用的密钥迁移过来；更换密钥后请关闭。",
  "Where Redis (7.0 or newer) or Valkey answers: `redis://[user:password@]host:port[/db]`, or `rediss://` for TLS.":
    "Redis（7.0 或更新）或 Valkey 的地址：`redis://[user:password@]host:port[/db]`，使用 TLS 时为 `rediss://`。",
  "First part of every key and pub/sub channel name, so that several hubs can share a Redis.":
    "所有键和 pub/sub 频道名的开头部分，使多个 hub 可以共用一个 Redis。",
  "Development only: no token is asked for and every channel operation is allowed.":
    "仅用于开发：不要求令牌，并允许所有频道操作。",
  "A client without a token connects as the anonymous user (user id empty) instead of being refused.":
    "没有令牌的客户端以匿名用户（用户 id 为空）连接，而不是被拒绝。",
  "Origins a browser may connect from: exact (`https://app.example.com`), any subdomain (`https://*.example.com`), any port (`http://localhost:*`) or `*`. A request without Origin passes.":
    "允许浏览器从哪些来源连接：确切来源（`https://app.example.com`）、任意子域（`https://*.example.com`）、任意端口（`http://localhost:*`）或 `*`。没有 Origin 的请求放行。",
  "Error 103 tells the client which option would allow what was denied, as the log does. `npm start` sets it; elsewhere the names of options are nobody's business.":
    "错误 103 会像日志一样告诉客户端，哪个选项会允许被拒绝的操作。`npm start` 会启用它；在其他环境中，选项名称与外人无关。",
  "Refuse connection tokens without a user id, which make an anonymous user.":
    "拒绝没有用户 id 的连接令牌（它们会成为匿名用户）。",
  "Secret of HS256, HS384 and HS512 tokens. Empty: such tokens are refused. 32 characters or more.":
    "HS256、HS384 和 HS512 令牌的密钥。为空：拒绝此类令牌。至少 32 个字符。",
  "The secret before this one, accepted beside it while tokens made with it are still about. 32 characters or more.":
    "上一个密钥：仍有用它签发的令牌时，与当前密钥一并接受。至少 32 个字符。",
  "Unix time in seconds from which the previous secret is refused; 0 is never.":
    "从该 Unix 时间（秒）起拒绝上一个密钥；0 表示永不。",
  "Public key of RS256, RS384 and RS512 tokens, 2048 bits or more: PEM text, or the path of a PEM file.":
    "RS256、RS384 和 RS512 令牌的公钥，至少 2048 位：PEM 文本，或 PEM 文件的路径。",
  "Public key of ES256, ES384 or ES512 tokens, by its curve: PEM text, or the path of a PEM file.":
    "ES256、ES384 或 ES512 令牌的公钥，由其曲线决定：PEM 文本，或 PEM 文件的路径。",
  "Where the issuer lists its public keys (RS and ES): an `https://` URL, or the path of a JSON Web Key Set file. Read again for an unknown key id; the last good list serves a day of outage.":
    "签发方公布其公钥（RS 和 ES）的位置：`https://` URL，或 JSON Web Key Set 文件的路径。遇到未知的密钥 id 时会重新读取；最后一份有效列表可支撑一天的中断。",
  "When set, a token's `aud` must contain it.": "设置后，令牌的 `aud` 必须包含该值。",
  "The same as a pattern one `aud` must match; anchor it with `^` and `$`.":
    "同上，但为模式，须有一个 `aud` 与之匹配；请用 `^` 和 `$` 锚定。",
  "When set, a token's `iss` must equal it.": "设置后，令牌的 `iss` 必须等于该值。",
  "The same as a pattern `iss` must match; anchor it with `^` and `$`.":
    "同上，但为 `iss` 须匹配的模式；请用 `^` 和 `$` 锚定。",
  "The claim that holds the user id; empty is `sub`.": "保存用户 id 的 claim；为空表示 `sub`。",
  "Refuse tokens that never expire, which Centrifugo accepts.": "拒绝永不过期的令牌（Centrifugo 会接受它们）。",
  "Check subscription tokens by this section alone; otherwise `client.token` is for both kinds.":
    "订阅令牌只按本节检查；否则两种令牌都按 `client.token` 检查。",
  "Ask who a client is that connects without a token.": "客户端不带令牌连接时，询问其身份。",
  "What becomes of a client when there is no answer: it is told to come back (`deny`), or is let in as the anonymous user.":
    "没有应答时如何处理客户端：告知稍后再来（`deny`），或作为匿名用户放行。",
  "Where the question is POSTed: a URL with `http://` or `https://`. gRPC is not served.":
    "问题以 POST 发送到的地址：`http://` 或 `https://` 的 URL。不支持 gRPC。",
  "The name of a handler of `handlers` that decides in a worker, in place of `endpoint`.":
    "`handlers` 中在 worker 里做决定的处理器名称，代替 `endpoint`。",
  "Time for the whole call, waiting included; at most `4500ms`, because clients wait 5 s.":
    "整次调用（包括等待）的时间；最多 `4500ms`，因为客户端只等 5 秒。",
  "Headers of the client's own HTTP request that go with every question about it. Those of one hop (`Connection`, `Host`, …) and signatures never do.":
    "客户端自身 HTTP 请求中随每个相关问题一并发送的请求头。逐跳请求头（`Connection`、`Host` 等）和签名从不发送。",
  "The same from `headers` of the connect command, which any client can write: list nothing here that a back end believes unchecked.":
    "同上，但取自 connect 命令的 `headers`，任何客户端都能填写：不要列出后端会不加检查就相信的内容。",
  "Questions have `meta`, the back end's own notes about the connection.":
    "问题中带有 `meta`，即后端自己对该连接的备注。",
  "Data goes as base64 in `b64data` in place of JSON in `data`.":
    "数据以 base64 放在 `b64data` 中，代替 `data` 中的 JSON。",
  "Headers of every request. A header of a client never takes the place of one of these.":
    "每个请求都带的请求头。客户端的请求头不会取代其中任何一个。",
  "What a client is told for another status than 200: an error or the end of its connection.":
    "状态不是 200 时告知客户端什么：一个错误，或结束其连接。",
  "Use the keys below; plain `https://` needs none of them.": "使用下面的密钥；普通的 `https://` 不需要它们。",
  "The hub's own certificate: PEM text, its base64, or the path of a PEM file.":
    "hub 自己的证书：PEM 文本、其 base64，或 PEM 文件的路径。",
  "The key of that certificate, likewise.": "该证书的私钥，形式同上。",
  "Whose certificates are trusted in place of the system's, likewise.":
    "信任由谁签发的证书，代替系统自带的；形式同上。",
  "The name that the certificate must have, if not the endpoint's.": "证书须有的名称（如果不是该地址的名称）。",
  "Development only: trust any certificate.": "仅用于开发：信任任何证书。",
  "Signs the questions (Standard Webhooks): `whsec_` and base64, or any text. Empty: `tasks.signing_secret` does, if there is one. 32 characters or more.":
    "为问题签名（Standard Webhooks）：`whsec_` 加 base64，或任意文本。为空：使用 `tasks.signing_secret`（如果有）。至少 32 个字符。",
  "Signs beside `signing_secret` while the back end changes over from it. 32 characters or more.":
    "后端更换密钥期间，与 `signing_secret` 一并签名。至少 32 个字符。",
  "Of refresh and sub_refresh: how many times in a row 60 s are added because the question had no answer. Then it counts as expired.":
    "用于 refresh 和 sub_refresh：问题没有应答时，最多连续多少次延长 60 秒。此后视为过期。",
  "Ask whether a connection goes on when it expires.": "连接过期时，询问是否继续。",
  "Also of connections that came with a token, as Centrifugo does. `false`: such a client refreshes itself, by a new token.":
    "也用于带令牌的连接，与 Centrifugo 一致。`false`：此类客户端自行用新令牌刷新。",
  "Time between server pings.": "服务器两次 ping 之间的时间。",
  "A client that has not answered a ping by then is closed with 3012.": "在此时间内未应答 ping 的客户端以 3012 关闭。",
  "A client that has not sent `connect` by then is closed with 3502.":
    "在此时间内未发送 `connect` 的客户端以 3502 关闭。",
  "Time to refresh after a connection token has expired; then the client is closed with 3005.":
    "连接令牌过期后可用于刷新的时间；之后客户端以 3005 关闭。",
  "Time to refresh after a subscription token has expired; then the subscription ends with 2501.":
    "订阅令牌过期后可用于刷新的时间；之后订阅以 2501 结束。",
  "Subscriptions per connection; one more is error 106.": "每个连接的订阅数；超出为错误 106。",
  "Bytes that may wait for one connection; above it the client is closed with 3008.":
    "允许为一个连接等待发送的字节数；超出后客户端以 3008 关闭。",
  "Bytes of one incoming message, in however many frames it comes; above it the connection is closed with 1009. Frames of 256 bytes on average pass, a message in very many smaller ones is closed with 1008.":
    "一条传入消息的字节数，无论分成多少帧；超出后连接以 1009 关闭。平均 256 字节的帧可以通过，由大量更小的帧组成的消息以 1008 关闭。",
  "Connections per gateway; 0 is no limit. One more is closed with 3504.":
    "每个网关的连接数；0 表示不限。超出的以 3504 关闭。",
  "Connections per user and gateway; 0 is no limit. One more is closed with 3504.":
    "每个用户在每个网关的连接数；0 表示不限。超出的以 3504 关闭。",
  "Connections per address (IPv6: per /64 network) and gateway; 0 is no limit. One more is refused with 429. Behind a proxy set `trusted_proxies` too.":
    "每个地址（IPv6：每个 /64 网络）在每个网关的连接数；0 表示不限。超出的以 429 拒绝。位于代理之后时请同时设置 `trusted_proxies`。",
  "New connections per second and gateway; 0 is no limit. More are refused with 503 and `Retry-After`.":
    "每个网关每秒的新连接数；0 表示不限。超出的以 503 和 `Retry-After` 拒绝。",
  "Addresses or networks (`10.0.0.0/8`) whose `X-Forwarded-For` is believed, by gateways for limits per address and by the api for wrong ops passwords. From anybody else the header is ignored.":
    "相信其 `X-Forwarded-For` 的地址或网络（`10.0.0.0/8`）：网关用于按地址的限制，api 用于错误的 ops 密码。来自其他地址的该请求头会被忽略。",
  "Commands per second and connection in the long run; 0 is no limit. More are error 111; a client that goes on is closed with 3013.":
    "每个连接长期平均每秒的命令数；0 表示不限。超出为错误 111；继续发送的客户端以 3013 关闭。",
  "Commands a connection that was quiet may send at once; enough to subscribe to all of its channels.":
    "此前安静的连接可一次发送的命令数；足以订阅其全部频道。",
  "Events per second a connection may send to other clients (rpc `channel.event`); 0 is no limit. More are error 111. At the Pusher door `client_event_rate` of the app counts.":
    "每个连接每秒可向其他客户端发送的事件数（rpc `channel.event`）；0 表示不限。超出为错误 111。在 Pusher 入口以应用的 `client_event_rate` 为准。",
  "Bytes of the `data` of such an event; more is error 106.": "此类事件 `data` 的字节数；超出为错误 106。",
  "A channel that was quiet for so long has its position compared with the stream, once per gateway.":
    "频道安静这么久之后，每个网关会将其位置与流比较一次。",
  "Publications one history call returns at most.": "一次读取历史最多返回的消息数。",
  "Publications one recovery returns at most; more missed than that is `recovered: false`.":
    "一次恢复最多返回的消息数；错过更多则为 `recovered: false`。",
  "Compress for clients that offer it (permessage-deflate). It saves most of the bytes of JSON and costs 40 to 200 µs per frame, once for all who get the same; off, because what an attacker can put beside a secret betrays the secret by its length.":
    "为提出请求的客户端压缩（permessage-deflate）。可节省 JSON 的大部分字节，每帧耗时 40 至 200 µs，收到相同内容的客户端只压缩一次；默认关闭，因为攻击者若能把内容放在秘密旁边，长度会泄露该秘密。",
  "Bytes of a frame from which on it is compressed.": "帧达到多少字节才压缩。",
  "From fast to small.": "从快到小。",
  "How far back repetitions are found: 2^n bytes. No memory is kept for it. Clients that ask for a smaller window than this are not compressed for.":
    "向后查找重复内容的范围：2^n 字节。不为此保留内存。要求更小窗口的客户端不压缩。",
  "Apps of clients that speak the Pusher protocol. Without any the door is closed.":
    "使用 Pusher 协议的客户端的应用。一个也没有时，该入口关闭。",
  "Clients that hear nothing for so long ask whether the gateway is there.":
    "客户端这么久没有收到任何内容时，会询问网关是否还在。",
  "Serve `/connection/plain`: WebSockets whose first message says who the client is, and whose messages are the texts that are pushed, nothing around them.":
    "提供 `/connection/plain`：WebSocket 的第一条消息说明客户端身份，之后的消息就是推送的文本本身，没有任何包装。",
  "A port of its own where every path is this door, for pages that name none (`ws://127.0.0.1:1234`); it listens on `gateway.host`. 0: none.":
    "一个单独的端口，其所有路径都是该入口，供不写路径的页面使用（`ws://127.0.0.1:1234`）；监听 `gateway.host`。0：没有。",
  'Development only: the first message may be a user\'s id, `uid1` or `{"uid":"uid1"}`, which is believed. Otherwise it is a connection token, or `{"token": …}`.':
    '仅用于开发：第一条消息可以是用户 id，`uid1` 或 `{"uid":"uid1"}`，并直接相信。否则它须是连接令牌，或 `{"token": …}`。',
  'Before the gateway ends a line it sends `{"type":"closing","code":…,"reason":…,"reconnectAfterMs":…}`. Turn it off for pages that show people whatever comes.':
    '网关结束连接之前发送 `{"type":"closing","code":…,"reason":…,"reconnectAfterMs":…}`。页面会把收到的内容直接展示给人时请关闭。',
  "Which channel a client listens to beside its user's, by the fields of its first message: `school:{school_id}:class:{school_class_id}`. The first template counts whose fields are all there. The namespace must allow it as to every client.":
    "客户端除自己的频道外还监听哪个频道，由其第一条消息的字段决定：`school:{school_id}:class:{school_class_id}`。采用第一个字段齐全的模板。命名空间须像对其他客户端一样允许。",
  "Later messages that are calls: the first entry counts whose fields are all there, and what answers its method (`rpc`) is told to the client as a text. They are looked at before `publish`.":
    "之后的消息中属于调用的：采用第一个字段齐全的条目，其方法（`rpc`）的应答以文本告知客户端。先于 `publish` 检查。",
  "Where a client's later messages are published that are JSON objects with these fields; the namespace must allow it. Others are ignored.":
    "客户端之后的消息中，具有这些字段的 JSON 对象发布到哪里；命名空间须允许。其他消息被忽略。",
};
