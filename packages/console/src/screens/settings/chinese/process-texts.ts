/** Of tasks and inboxes, and of what each process and the pages of operators have for themselves. */
export const processTexts: Readonly<Record<string, string>> = {
  'The catalog: handler name to what runs it, `{"kind": "module", "module": "./handlers/test.ts"}`, `{"kind": "command", "command": ["php", "handlers/resize.php"]}` or `{"kind": "http", "url": "https://…"}`.':
    '目录：处理器名称对应由什么运行，`{"kind": "module", "module": "./handlers/test.ts"}`、`{"kind": "command", "command": ["php", "handlers/resize.php"]}` 或 `{"kind": "http", "url": "https://…"}`。',
  "Options by group; `*` is every group, and what a group of its own name leaves out. What is set at run time (`PUT /v1/groups/:id`) stands above.":
    "按分组的选项；`*` 表示所有分组，以及单独命名的分组未填写的部分。运行时设置的内容（`PUT /v1/groups/:id`）优先。",
  "How long a finished task's record is kept.": "已结束任务的记录保留多久。",
  "Bytes of a result as JSON; a larger one fails the task.": "结果作为 JSON 的字节数；更大则任务失败。",
  "Bytes of a task's data as JSON; a larger one is refused.": "任务数据作为 JSON 的字节数；更大则拒绝。",
  "Attempts, when neither task nor handler says.": "任务和处理器都未指定时的尝试次数。",
  "Wait before the first retry; doubles with each further one.": "第一次重试之前的等待；之后每次加倍。",
  "Time one attempt may take, when neither task nor handler says.": "任务和处理器都未指定时，一次尝试可用的时间。",
  "Attempts of a task that are noted beside its record, for who looks after it; none is noted of a task that succeeds at its first. 0: none at all.":
    "在任务记录旁保留多少次尝试，供维护者查看；首次尝试就成功的任务不保留。0：完全不保留。",
  "Bytes of what a handler says in an attempt that does not succeed, which are noted with it. 0: none.":
    "未成功的尝试中，处理器所说的内容保留多少字节。0：不保留。",
  "Signs what is sent to handlers of kind `http` and to callbacks: `whsec_` and base64, or any text. Empty: neither can be used. 32 characters or more.":
    "为发送给 `http` 类处理器和回调的内容签名：`whsec_` 加 base64，或任意文本。为空：两者都不能使用。至少 32 个字符。",
  "Signs beside `signing_secret` while receivers change over from it; empty when none does. 32 characters or more.":
    "接收方更换密钥期间，与 `signing_secret` 一并签名；没有时为空。至少 32 个字符。",
  "Tasks whose handler no running worker has: `refuse` them where they are enqueued, or `accept` them for workers that start later. While no worker runs at all they are accepted.":
    "没有运行中的 worker 提供其处理器的任务：提交时拒绝（`refuse`），或接受（`accept`）以等待稍后启动的 worker。完全没有 worker 运行时一律接受。",
  "How long tasks wait, while workers run and none of them has their handler, before they fail with `handler_unknown`; half a minute more or less. `0s`: they fail at once.":
    "有 worker 运行但都没有其处理器时，任务等待多久才以 `handler_unknown` 失败；误差约半分钟。`0s`：立即失败。",
  'Take tasks whose fields are named as in Chinese tutorials, `{"处理脚本": "test", "data": {…}, "分组": "1", "处理结果": "0"}`: the handler, its data, the group, and no result yet.':
    '接受字段名与中文教程一致的任务，`{"处理脚本": "test", "data": {…}, "分组": "1", "处理结果": "0"}`：处理器、数据、分组，以及尚无结果。',
  "Hosts of callbacks that need not be on the public internet, as they stand in URLs; `host:port` allows that port alone, `host` every port.":
    "无需位于公网的回调主机，按 URL 中的写法；`host:port` 只允许该端口，`host` 允许所有端口。",
  "Ports that callbacks may be sent to.": "允许回调发送到的端口。",
  "A worker silent for so long has lost its tasks to the others.":
    "worker 沉默这么久，就会失去其任务，由其他 worker 接手。",
  "Items one user keeps. A full inbox makes room for what is new: archived items give way first, then read, then unread ones, the oldest of each. Redis holds all of them in memory: a user with twenty short items takes some 12 KB, and for an hour after a change 4 to 9 KB more.":
    "每个用户保留的条目数。收件箱满时为新内容腾出位置：先是已归档的，再是已读的，然后是未读的，各自从最早的开始。Redis 将它们全部放在内存中：有二十条短内容的用户约占 12 KB，变更后的一小时内再加 4 至 9 KB。",
  "Bytes of an item's `data` as JSON; more is refused.": "条目 `data` 作为 JSON 的字节数；更大则拒绝。",
  "An inbox nothing happens to for so long is forgotten, as is an item of that age.":
    "这么久没有任何变化的收件箱会被遗忘，达到该时间的条目也是。",
  "Address to listen on; `::` for every interface, IPv6 and IPv4 (IPv4 alone where the machine has no IPv6); `0.0.0.0` for every interface, IPv4 alone.":
    "监听的地址；`::` 表示所有接口，IPv6 和 IPv4（机器没有 IPv6 时仅 IPv4）；`0.0.0.0` 表示所有接口，仅 IPv4。",
  "Port of `/connection/…` and of the probes.": "`/connection/…` 和探针的端口。",
  "What `info` and the logs call this gateway. Empty: the host's name and the port, `web-1:8001`.":
    "`info` 和日志中该网关的名称。为空：主机名加端口，`web-1:8001`。",
  "Clients of a gateway that stops are sent away over this time, each at the time it was told, because all of them come back. Few are sent away sooner, a hundred a second. Must be well below `shutdown.timeout`.":
    "网关停止时，其客户端在这段时间内陆续被送走，每个都在告知它的时间，因为它们都会回来。客户端少时会更快，每秒一百个。须远小于 `shutdown.timeout`。",
  "Development only: a door whose own port is taken is left out, with a warning. Otherwise the gateway does not start.":
    "仅用于开发：自身端口已被占用的入口会被略过并警告。否则网关不启动。",
  "Open this port on every gateway that reads the setting. Gateways of one machine cannot share it: turn it on for one of them, by the environment. `npm start` does so for its first gateway.":
    "在读取该设置的每个网关上打开此端口。同一台机器上的网关不能共用：请通过环境变量只在其中一个上打开。`npm start` 会在第一个网关上打开。",
  "TCP port that takes a line of JSON and answers `ok` or `fail`; 0 is a free one, named in the log.":
    "接收一行 JSON 并应答 `ok` 或 `fail` 的 TCP 端口；0 表示任一空闲端口，会写入日志。",
  'What a connection must say in a line of its own, `{"secret": "…"}`, before it may push. Empty: nothing; then `host` must be of this machine. 16 characters or more.':
    '连接在推送之前须用单独一行说出的内容，`{"secret": "…"}`。为空：不需要；此时 `host` 须是本机的。至少 16 个字符。',
  "Bytes of one line; a longer one is answered `fail` and passed over.": "一行的字节数；更长的应答 `fail` 并略过。",
  "Connections per gateway; one more is answered `fail` and closed.": "每个网关的连接数；超出的应答 `fail` 并关闭。",
  "UDP port that takes datagrams of JSON; 0 is a free one, named in the log.":
    "接收 JSON 数据报的 UDP 端口；0 表示任一空闲端口，会写入日志。",
  "Where a datagram is published, by its fields: names of channels with fields in braces, `school:{school_id}:class:{school_class_id}`. The first one counts whose fields are all there; a datagram that has the fields of none is dropped and counted.":
    "数据报发布到哪里，由其字段决定：花括号中为字段的频道名，`school:{school_id}:class:{school_class_id}`。采用第一个字段齐全的；没有任何一个齐全的数据报被丢弃并计数。",
  "Bytes of one datagram; a larger one is dropped and counted.": "一个数据报的字节数；更大的被丢弃并计数。",
  "Port of `/api/*`, `/v1/*`, `/docs` and `/ops/*`.": "`/api/*`、`/v1/*`、`/docs` 和 `/ops/*` 的端口。",
  "Bytes of a request body; more is refused with 413.": "请求体的字节数；超出以 413 拒绝。",
  "Development only: serve the demo pages and the routes they call.": "仅用于开发：提供演示页面及其调用的路由。",
  "Port of the probes.": "探针的端口。",
  "Tasks one worker process runs at the same time.": "一个 worker 进程同时运行的任务数。",
  "Rpcs one worker process answers at the same time, beside its tasks; and as many decisions beside those.":
    "一个 worker 进程在任务之外同时应答的 rpc 数；此外还可同时做同样多的决定。",
  "Processes there are always.": "始终存在的进程数。",
  "Processes there are at most. Above 1 the worker is a pool: it starts and retires processes as the backlog needs them, each with `worker.concurrency` slots, and does no work itself. See [scaling workers](how-to/scale-workers.md).":
    "最多的进程数。大于 1 时，worker 是进程池：按积压的需要启动和停止进程，每个有 `worker.concurrency` 个槽位，自身不做工作。参见 [扩展 worker](how-to/scale-workers.md)。",
  "A task that could run should not wait longer for a free slot; more processes are started when it does.":
    "可以运行的任务等待空闲槽位不应超过此时间；超过时会启动更多进程。",
  "What a process that is not needed any more has to finish what it runs; then its tasks are handed back and run again elsewhere.":
    "不再需要的进程用于完成手头工作的时间；之后其任务被交还，在别处重新运行。",
  "Keep `min` processes, and only log what would be done.": "保持 `min` 个进程，只在日志中写出会做什么。",
  "The shared password of the pages under `/ops`. Whoever has it is an admin with the name `break-glass`. Empty: nobody gets in with it. 12 characters or more.":
    "`/ops` 下页面的共享密码。持有者是名为 `break-glass` 的管理员。为空：无人能用它进入。至少 12 个字符。",
  "People with names, passwords and roles of their own. With no users, no `ops.password` and no `ops.oidc` the pages are closed.":
    "有自己名称、密码和角色的人。没有用户、没有 `ops.password` 也没有 `ops.oidc` 时，这些页面关闭。",
  "The OpenID Connect provider; empty: there is none. Its metadata are read at `/.well-known/openid-configuration` below it, at each login. Plain HTTP only on this machine. It has to allow `<ops.public_url>/ops/login/oidc/back` as a way back, and `<ops.public_url>/ops/login` after a logout.":
    "OpenID Connect 提供方；为空：没有。每次登录时读取其下 `/.well-known/openid-configuration` 的元数据。仅在本机可用明文 HTTP。它须允许 `<ops.public_url>/ops/login/oidc/back` 作为返回地址，以及退出后的 `<ops.public_url>/ops/login`。",
  "What the provider knows the hub by.": "提供方用来识别 hub 的名称。",
  "What the hub shows the provider. 16 characters or more.": "hub 向提供方出示的密钥。至少 16 个字符。",
  "What is asked for.": "请求的范围。",
  "The claim with the name that the audit tells. Choose one that people cannot change by themselves. Where it is missing, `sub`.":
    "审计中显示的名称所在的 claim。请选择人们不能自行更改的。缺失时为 `sub`。",
  "The claim whose values give a role: a text or a list of texts, in the ID token or else in the user info. Dots lead into objects, `realm_access.roles`.":
    "其值决定角色的 claim：文本或文本列表，位于 ID 令牌或用户信息中。点号进入对象，`realm_access.roles`。",
  "What each value of `groups_claim` is allowed. The first entry whose value somebody has decides; who has none does not get in.":
    "`groups_claim` 的每个值允许什么。由第一个符合的条目决定；没有符合的人不能进入。",
  "On the button of the login page.": "登录页按钮上的文字。",
  "Signs the audit, the same at every api. Empty: an entry that was changed or taken out is still found, unless it was done by somebody who knows how the hub computes. 32 characters or more.":
    "为审计签名，每个 api 相同。为空：被更改或取走的条目仍能发现，除非操作者知道 hub 如何计算。至少 32 个字符。",
  "The pages show everything and change nothing: what would change the hub does not exist.":
    "页面显示一切但不更改任何内容：会更改 hub 的操作都不存在。",
  "Who is told when something needs somebody, and when it does no more: a webhook or a chat. See docs/how-to/alerts.md.":
    "有事需要人处理以及不再需要时告知谁：webhook 或聊天。参见 docs/how-to/alerts.md。",
  "Where people reach these pages, as `https://hub.example.com`: for links in alerts, which are paths where it is empty, and for the way back from `ops.oidc`.":
    "人们访问这些页面的地址，例如 `https://hub.example.com`：用于告警中的链接（为空时只有路径），以及从 `ops.oidc` 返回的地址。",
  "A login that is not used for so long has ended.": "这么久未使用的登录即告结束。",
  "A login has ended after this, used or not.": "登录在此时间后结束，无论是否使用。",
  "Least level that is written. error: someone must act; warn: degraded; info: life cycle; debug: per session; trace: per frame.":
    "写入的最低级别。error：须有人处理；warn：降级；info：生命周期；debug：每个会话；trace：每帧。",
  "From SIGTERM to exit. What is not finished by then is cut off and the exit code is 1.":
    "从 SIGTERM 到退出。届时未完成的会被切断，退出码为 1。",
};
