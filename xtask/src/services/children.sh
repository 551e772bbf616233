# The children of a process, as the kernel or the process list tells them.
children_of() {
    cat "/proc/$1/task/$1/children" 2>/dev/null || pgrep -P "$1"
}
