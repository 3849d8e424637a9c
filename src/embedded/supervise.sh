# Runs Postgres for tidemark: "$@" is its command line, stdin a pipe that tidemark never writes to.
# When the pipe closes, tidemark has ended, in whatever way, and Postgres is asked to stop at once.
# Signals for the whole process group or control group are not for us: tidemark decides.
trap '' HUP INT QUIT TERM
exec 3<&0 </dev/null
"$@" 3<&- &
postgres=$!
(
    read -r _ <&3
    # Again each second: one that comes before Postgres listens to signals is lost.
    while kill -INT "$postgres" 2>/dev/null && sleep 1; do :; done
) &
watcher=$!
exec 3<&-
wait "$postgres"
status=$?
kill -KILL "$watcher" 2>/dev/null
exit "$status"
