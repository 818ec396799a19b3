#!/bin/bash
# Stands in for gpioinfo, gpioget, gpioset and gpiomon of libgpiod 1.6, by the name it is called: their options, their output, their refusals.
# A chip is a folder in $FAKE_GPIO, a line a file in it with its level; who holds a line has made a folder beside it. What was driven is in `driven`.
tool=$(basename "$0") low=0 mode=exit seconds=0 microseconds=0
fail() { echo "$tool: $1" >&2; exit 1; }
while [[ ${1-} == -* ]]; do
  case $1 in
    --active-low) low=1 ;;
    --bias=as-is | --bias=disable | --bias=pull-down | --bias=pull-up) ;;
    --mode=exit | --mode=time) [[ $tool == gpioset ]] || fail "unrecognized option '$1'"; mode=${1#*=} ;;
    --sec=*) seconds=${1#*=} ;;
    --usec=*) microseconds=${1#*=} ;;
    --line-buffered | --format='%o %e') [[ $tool == gpiomon ]] || fail "unrecognized option '$1'" ;;
    *) fail "unrecognized option '$1'" ;;
  esac
  shift
done
chip=$FAKE_GPIO/${1-}
[[ -n ${1-} && -d $chip ]] || fail "error opening GPIO chip: No such file or directory"
shift
level() { echo $(($(cat "$chip/$1") ^ low)); }
case $tool in
  gpioinfo) ls "$chip" ;;
  gpioget)
    for line; do [[ -f $chip/$line ]] || fail "error reading GPIO values: Invalid argument"; printf '%s ' "$(level "$line")"; done
    echo
    ;;
  gpioset)
    IFS== read -r line value <<<"$1"
    [[ -f $chip/$line ]] || fail "error setting the GPIO line values: Invalid argument"
    mkdir "$chip/$line.held" 2>/dev/null || fail "error setting the GPIO line values: Device or resource busy"
    trap 'rmdir "$chip/$line.held"' EXIT
    trap 'exit 143' TERM
    echo $((value ^ low)) >"$chip/$line"
    echo "$line=$value" >>"$chip/driven"
    if [[ $mode == time ]]; then
      sleep "$seconds.$(printf '%06d' "$microseconds")" &
      wait $!
    fi
    ;;
  gpiomon)
    declare -A before
    for line; do [[ -f $chip/$line ]] || fail "error waiting for events: Invalid argument"; before[$line]=$(level "$line"); done
    while sleep 0.02; do
      for line; do
        now=$(level "$line")
        [[ $now == "${before[$line]}" || -z $now ]] || echo "$line $now"
        before[$line]=$now
      done
    done
    ;;
esac
