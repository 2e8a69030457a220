<?php
$call = json_decode(fgets(STDIN), true, 64, JSON_THROW_ON_ERROR);
['data' => $data, 'caller' => $caller] = $call;
$answer = isset($data['a'], $data['b'])
    ? ['sum' => $data['a'] + $data['b'], 'user' => $caller['user']]
    : ['error' => ['code' => 422, 'message' => 'data.b: is missing']];
echo json_encode(['result' => $answer]), "\n";
