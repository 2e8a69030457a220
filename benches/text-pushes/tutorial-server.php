<?php
// What tutorials build: one process, a text port and a WebSocket port, the first message is the user's id, one connection per user.
// Written with PHP alone, so that it needs no framework; frames below 126 bytes only.
[$textPort, $webSocketPort] = array_map(fn (string $port) => stream_socket_server("tcp://127.0.0.1:$port"), array_slice($argv, 1));
$sockets = [$textPort, $webSocketPort];
[$isPage, $isOpen, $held, $users] = [[], [], [], []];
echo "listening\n";
while (true) {
    [$ready, $none] = [$sockets, null];
    stream_select($ready, $none, $none, null);
    foreach ($ready as $socket) {
        if ($socket === $textPort || $socket === $webSocketPort) {
            $peer = stream_socket_accept($socket);
            $sockets[] = $peer;
            [$isPage[(int) $peer], $held[(int) $peer]] = [$socket === $webSocketPort, ''];
            continue;
        }
        $bytes = fread($socket, 65536);
        if ($bytes === '' || $bytes === false) {
            unset($sockets[array_search($socket, $sockets, true)], $users[array_search($socket, $users, true)]);
            fclose($socket);
        } elseif (!$isPage[(int) $socket]) {
            $lines = explode("\n", $held[(int) $socket] . $bytes);
            $held[(int) $socket] = array_pop($lines);
            foreach ($lines as $line) {
                $page = $users[json_decode($line, true)['uid'] ?? ''] ?? null;
                if ($page !== null) fwrite($page, "\x81" . chr(strlen($line)) . $line);
                fwrite($socket, $page === null ? "fail\n" : "ok\n");
            }
        } elseif (!isset($isOpen[(int) $socket])) {
            preg_match('/Sec-WebSocket-Key: (\S+)/i', $bytes, $key);
            $accept = base64_encode(sha1("{$key[1]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11", true));
            fwrite($socket, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: $accept\r\n\r\n");
            $isOpen[(int) $socket] = true;
        } else {
            $said = substr($bytes, 6, ord($bytes[1]) & 127);
            $users[$said ^ str_repeat(substr($bytes, 2, 4), 32)] = $socket;
        }
    }
}
