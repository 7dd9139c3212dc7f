#!/bin/sh
# Makes the hostile input that git cannot hold, or that is too large for it.
#
#   sh make.sh [FOLDER]      FOLDER: default `generated`, next to this script
#
# May be run again at any time. An item that this file system or this user
# cannot have is named on standard output with the reason; the rest is made.
# Exit status: 0, or 1 if FOLDER itself cannot be made or written to.
set -u

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd) || exit 1
out=${1:-"$here/generated"}
case $out in
-*) out=./$out ;;
esac

if ! mkdir -p "$out" || [ ! -w "$out" ]; then
    echo "make.sh: cannot write to $out." >&2
    exit 1
fi
cd "$out" || exit 1

made() { printf 'made      %s\n' "$1"; }
not_made() { printf 'not made  %s: %s\n' "$1" "$2"; }

# note PARTICIPANT DATE SESSION TEXT: one believable note.
note() { printf 'Participant: %s\nDate: %s\nSession: %s\n\n%s\n' "$1" "$2" "$3" "$4"; }

# A line of a little over 50 million bytes, with a sentence at either end.
long_line() {
    name=long-line-50MB.txt
    [ -d "$name" ] && { not_made "$name" 'a folder has this name'; return; }
    if [ -f "$name" ] && [ $(($(wc -c <"$name"))) -gt 50000000 ]; then
        made "$name (already there)"
        return
    fi
    rm -f "$name" "$name.part"
    if {
        note P01 2022-03-01 'integration' 'The line below has fifty million bytes.'
        printf 'Mild nausea, resolved by evening. Dictated without stopping, '
        awk 'BEGIN {
            s = "no change, went on as before, "
            while (length(s) < 2000) s = s s
            n = int(50000000 / length(s)) + 1
            for (i = 0; i < n; i++) printf "%s", s
        }'
        printf 'and that was the hour. Denies dizziness.\n'
    } >"$name.part" 2>/dev/null &&
        [ $(($(wc -c <"$name.part"))) -gt 50000000 ] && mv "$name.part" "$name"; then
        made "$name"
    else
        rm -f "$name.part"
        not_made "$name" 'no room for 50 MB here'
    fi
}

unreadable_file() {
    name=no-read-permission.txt
    rm -f "$name"
    note P01 2022-03-02 'ketamine' 'Mild nausea, resolved by evening. Nobody may read this.' >"$name" &&
        chmod 000 "$name"
    if [ ! -e "$name" ]; then
        not_made "$name" 'the file could not be written'
    elif cat "$name" >/dev/null 2>&1; then
        rm -f "$name"
        not_made "$name" 'this user, or this file system, reads it all the same'
    else
        made "$name"
    fi
}

unreadable_folder() {
    name=no-read-permission-folder
    [ -d "$name" ] && chmod 700 "$name"
    rm -f "$name/note.txt"
    mkdir -p "$name" &&
        note P01 2022-03-03 'ketamine' 'Mild nausea, resolved by evening. Nobody may list this folder.' >"$name/note.txt" &&
        chmod 000 "$name"
    if [ ! -d "$name" ]; then
        not_made "$name" 'the folder could not be made'
    elif ls "$name" >/dev/null 2>&1; then
        chmod 700 "$name"
        rm -f "$name/note.txt"
        rmdir "$name" 2>/dev/null
        not_made "$name" 'this user, or this file system, lists it all the same'
    else
        made "$name"
    fi
}

# link NAME TARGET
link() {
    rm -f "$1"
    if ln -s "$2" "$1" 2>/dev/null && [ -h "$1" ]; then
        made "$1 -> $2"
    else
        not_made "$1" 'no symbolic links here'
    fi
}

symlinks() {
    link symlink-loop-a.txt symlink-loop-b.txt
    link symlink-loop-b.txt symlink-loop-a.txt
    link symlink-to-nothing.txt no-such-note.txt
    if mkdir -p symlink-loop-folder &&
        note P02 2022-03-08 'integration' \
            'Mild nausea, resolved by evening. This note is to be read once.' \
            >symlink-loop-folder/note.txt; then
        link symlink-loop-folder/up ..
    else
        not_made symlink-loop-folder 'the folder could not be made'
    fi
}

# named SHOWN NAME TEXT: a good note in a file with a bad name.
named() {
    if note P03 2022-03-15 'ketamine, SL' "$3" 2>/dev/null >"./$2" && [ -f "./$2" ]; then
        # Some file systems keep the file under another name: look for ours.
        if ls | LC_ALL=C grep -F -q -e "${4:-$2}"; then
            made "$1"
        else
            not_made "$1" 'the file system changed the name'
        fi
    else
        not_made "$1" 'the file system refuses the name'
    fi
}

names() {
    latin1=$(printf 'name-not-utf8-caf\351.txt')
    line_end=$(printf 'name-with-line\nend.txt')
    named 'name-not-utf8-caf(byte E9).txt' "$latin1" \
        'Mild nausea, resolved by evening. Asked for coffee.'
    named 'name-with-line(line end)end.txt' "$line_end" \
        'Mild nausea, resolved by evening. Two doors, she said, and no wall.' 'name-with-line'
    named '-name-with-dash.txt' '-name-with-dash.txt' \
        'Mild nausea, resolved by evening. Hummed throughout.'
    named '=name-like-a-formula+1.txt' '=name-like-a-formula+1.txt' \
        'Mild nausea, resolved by evening. Counted backwards, in Dutch.'
    named 'name-with-<b>markup<b>.txt' 'name-with-<b>markup<b>.txt' \
        'Mild nausea, resolved by evening. Wanted the blanket doubled.'
}

long_line
unreadable_file
unreadable_folder
symlinks
(names) 2>/dev/null
exit 0
