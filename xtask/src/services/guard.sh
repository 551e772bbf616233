# Ends the servers of one throw-away folder and deletes the folder, whenever xtask is gone:
# at its end, after Ctrl-C, and after a kill that no handler could catch. Its only argument is the folder.
# It reads `run <process id>`, `gone <process id>` and `signal <name> <process id>` until its input ends.
trap '' HUP INT TERM
folder=$1
pids=
without() {
    left=
    for pid in $pids; do
        [ "$pid" = "$1" ] || left="$left $pid"
    done
    pids=$left
}
send() {
    for pid in $pids; do
        kill -s "$1" "$pid" 2>/dev/null
    done
}
some_live() {
    for pid in $pids; do
        kill -s 0 "$pid" 2>/dev/null && return 0
    done
    return 1
}
while read -r order first second; do
    case $order in
    run) pids="$pids $first" ;;
    gone) without "$first" ;;
    signal) kill -s "$first" "$second" 2>/dev/null ;;
    esac
done
# A stopped process does not hear INT until it goes on, and PostgreSQL waits for its children.
send INT
send CONT
for pid in $pids; do
    for child in $(children_of "$pid"); do
        kill -s CONT "$child" 2>/dev/null
    done
done
turns=0
while some_live && [ "$turns" -lt 100 ]; do
    sleep 0.1
    turns=$((turns + 1))
done
send KILL
rm -rf -- "$folder"
