"""When what the studio stands on fails.

The jobs database is held by another program, damaged, thrown out of its connections and restarted (SQLite, and a real
PostgreSQL); the clock jumps forward and back by days; engines are killed, stopped, run out of memory, dawdle and end
without a word. Each job ends, in a result or in an error that says what to do, nothing hangs, and the next job works.
"""
