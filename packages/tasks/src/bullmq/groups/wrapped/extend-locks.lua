-- Locks of running tasks are renewed. Nothing is added, but the stock script is refused when Redis is full, and healthy workers
-- would lose their tasks.
return stock.extendLocks(KEYS, ARGV)
