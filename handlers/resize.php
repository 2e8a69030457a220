<?php

declare(strict_types=1);

// Plans the sizes of a picture for a web page: {"width": 4000, "height": 3000, "widths": [320, 640, 1280]}.
// The arithmetic is real; where the pixels would be scaled there is a pause, so that no extension is needed.

/** One line of JSON to the worker. Flushed at once, or progress would arrive with the result. */
function tell(array $line): void
{
    fwrite(STDOUT, json_encode($line, JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES) . "\n");
    fflush(STDOUT);
}

/** The last line on stderr and an exit code other than 0 make a failed attempt. */
function fail(string $reason): never
{
    fwrite(STDERR, $reason . "\n");
    exit(1);
}

/** @return positive-int */
function side(mixed $value, string $name): int
{
    if (!is_int($value) || $value < 1 || $value > 20000) {
        fail("data.$name must be a whole number from 1 to 20000");
    }
    return $value;
}

$task = json_decode((string) fgets(STDIN), true, 64, JSON_THROW_ON_ERROR);
$data = is_array($task['data'] ?? null) ? $task['data'] : [];

$width = side($data['width'] ?? 1600, 'width');
$height = side($data['height'] ?? 1200, 'height');
$widths = $data['widths'] ?? [320, 640, 1280];
if (!is_array($widths) || $widths === [] || count($widths) > 20) {
    fail('data.widths must be a list of 1 to 20 widths');
}

$sizes = [];
foreach (array_values($widths) as $index => $wanted) {
    $target = min(side($wanted, "widths[$index]"), $width);
    usleep(100_000);
    $sizes[] = ['width' => $target, 'height' => max(1, (int) round($height * $target / $width))];
    tell(['progress' => (int) round(100 * ($index + 1) / count($widths)), 'message' => "{$target} px wide"]);
}

tell(['result' => ['sizes' => $sizes, 'attempt' => $task['attempt']]]);
