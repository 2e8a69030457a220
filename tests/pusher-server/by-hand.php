<?php
// A request signed by hand, as sites do it that have no library: php by-hand.php <url> <key> <secret> <method> <path> [query] [body]
[, $url, $key, $secret, $method, $path, $query, $body] = $argv + [6 => '', 7 => ''];
parse_str($query, $parameters);
$parameters += ['auth_key' => $key, 'auth_timestamp' => time(), 'auth_version' => '1.0'];
if ($body !== '') {
    $parameters['body_md5'] = md5($body);
}
ksort($parameters);
$signed = implode('&', array_map(fn ($name, $value) => "$name=$value", array_keys($parameters), $parameters));
$parameters['auth_signature'] = hash_hmac('sha256', "$method\n$path\n$signed", $secret);
$context = stream_context_create(['http' => [
    'method' => $method,
    'header' => "Content-Type: application/json\r\n",
    'content' => $body,
    'ignore_errors' => true,
]]);
echo file_get_contents("$url$path?" . http_build_query($parameters), false, $context);
