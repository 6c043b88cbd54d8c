/**
 * The POSIX shell script that takes a packet filter back on a host without an agent. It takes its values as arguments and on
 * standard input, and knows of no wall clock: what is due is due by the time since the host started.
 *
 * What is kept is one file each, whole or not there: `good`, `before` (the good one before it) and `pending`. The first line is
 * `# ID BOOT DUE CONNECTION`, the second the sha256 of all others, the third the rules as JSON; then comes the ruleset for nft.
 */
import { APPLY, INSTALL, KEEP, WATCH } from './commands.ts';
import { ENDS } from './ends.ts';
import { BACK, FILES } from './files.ts';
import { LATER } from './later.ts';

/** The script: `sh SCRIPT FOLDER COMMAND …`. */
export const SCRIPT = `#!/bin/sh
# Muster's firewall on a host without a guardian. Written by Muster, which writes it anew where it is another.
set -u
umask 077
LC_ALL=C
PATH=\${PATH:-/usr/bin}:/usr/sbin:/usr/bin:/sbin:/bin
export LC_ALL PATH
unset MUSTER_MARK
[ "$(id -u)" = 0 ] || exit ${ENDS.root}
for program in nft flock sha256sum setsid; do
  command -v "$program" >/dev/null || { echo "$program"; exit ${ENDS.lacks}; }
done
folder=$1 command=$2
shift 2
${FILES}${BACK}${LATER}
case $command in${INSTALL}${APPLY}${KEEP}${WATCH}*) exit ${ENDS.cut} ;;
esac
`;
