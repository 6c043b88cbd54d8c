/**
 * POSIX shell scripts that read and replace a user's authorized_keys (sshd(8)). They run as that user, so that a link which
 * the user lays in between leads to nothing that the user could not change anyway; a link out of the home is refused besides.
 */

/** How the scripts end where they did not do it; sysexits.h in spirit. */
export const ENDED = { outside: 65, noHome: 66, large: 68, denied: 73, failed: 74, changed: 75 } as const;

/** The most bytes of a file that is looked at. */
export const MAX_FILE = 512 * 1024;

/** Sets `home`, `folder` and, where the folder is there, `file`: all of them with no link left in them. */
const PLACE = `
home=$(readlink -f -- "$1") || exit ${ENDED.noHome}
[ -d "$home" ] && [ "$home" != / ] || exit ${ENDED.noHome}
folder=$home/.ssh
place() {
  file=$(readlink -f -- "$folder/authorized_keys") || exit ${ENDED.outside}
  case $file in "$home"/*) ;; *) exit ${ENDED.outside};; esac
  if [ -e "$file" ]; then [ -f "$file" ] || exit ${ENDED.outside}; fi
}
`;

/** Prints `absent`, or `there` (`loose` where others might write to it or it is somebody else's) and the file in base64. */
const READ = `${PLACE}
if ! [ -e "$folder" ] && ! [ -L "$folder" ]; then echo absent; exit 0; fi
[ -d "$folder" ] || exit ${ENDED.outside}
[ -x "$folder" ] || exit ${ENDED.denied}
place
if ! [ -e "$file" ]; then echo absent; exit 0; fi
[ -r "$file" ] || exit ${ENDED.denied}
[ "$(wc -c <"$file")" -le ${MAX_FILE} ] || exit ${ENDED.large}
loose=$(find "$folder/" "$file" -maxdepth 0 \\( -perm /022 -o ! -user "$(id -u)" ! -user 0 \\) -print)
if [ -z "$loose" ]; then echo there; else echo loose; fi
base64 <"$file"
`;

/** Puts standard input in the place of the file, if that still has the SHA-256 of the second argument. */
const WRITE = `${PLACE}
umask 077
if ! [ -e "$folder" ] && ! [ -L "$folder" ]; then mkdir -- "$folder" || exit ${ENDED.denied}; fi
[ -d "$folder" ] || exit ${ENDED.outside}
place
rm -f -- "\${file%/*}"/.authorized_keys.muster.*
next=$(mktemp -- "\${file%/*}/.authorized_keys.muster.XXXXXX") || exit ${ENDED.denied}
trap 'rm -f -- "$next"' EXIT
trap 'exit ${ENDED.failed}' HUP INT TERM
cat >"$next" || exit ${ENDED.failed}
if [ -e "$file" ]; then chmod --reference="$file" -- "$next" && chmod go-w -- "$next" || exit ${ENDED.failed}; fi
sync -- "$next" || exit ${ENDED.failed}
sum=absent
if [ -e "$file" ]; then sum=$(sha256sum <"$file") && sum=\${sum%% *} || exit ${ENDED.failed}; fi
[ "$sum" = "$2" ] || exit ${ENDED.changed}
chmod go-w -- "$folder" || exit ${ENDED.denied}
mv -T -- "$next" "$file" || exit ${ENDED.failed}
sync -- "\${file%/*}"
`;

/** Whose a home is: `name:x:uid:gid:gecos:home:shell` (passwd(5)); ends with 2 where there is no such user. */
export const userArgv = (user: string): string[] => ['getent', 'passwd', '--', user];

/** Prints the number of whom programs run as. */
export const selfArgv = (): string[] => ['id', '-u'];

/** Who the scripts run as, where that is not who programs run as anyway. */
export interface Account {
  uid: string;
  gid: string;
}

const as = (account: Account | undefined): string[] =>
  account === undefined
    ? []
    : ['setpriv', `--reuid=${account.uid}`, `--regid=${account.gid}`, '--init-groups', '--'];

/** Reads the file in this home. */
export const readArgv = (home: string, account?: Account): string[] => [
  ...as(account),
  ...['sh', '-c', READ, 'muster', home],
];

/** Replaces the file in this home, if it still has this checksum (`absent` where there was none). */
export const writeArgv = (home: string, sum: string, account?: Account): string[] => [
  ...as(account),
  ...['sh', '-c', WRITE, 'muster', home, sum],
];
