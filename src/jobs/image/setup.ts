/** The script that makes a root file system the image: it runs in it, as root, once all packages are there. Pure. */
import { quote } from '../../shell.ts';
import type { Blueprint } from './blueprint.ts';

/** Where in the image what it is made with lies meanwhile. */
export const BENCH = '/muster-build';

/** Lines that tell what it is at, and how that went. */
const MARK = 'muster:';
/** Files that are left empty; others that are logs go. */
const KEPT_LOGS = ['wtmp', 'btmp', 'lastlog', 'faillog'];

/** The script of a blueprint, of sh. Everything in it that somebody wrote is quoted. */
export function setupOf(
  blueprint: Pick<Blueprint, 'files' | 'users' | 'services' | 'hooks'>,
  { kernel }: { kernel: boolean },
): string {
  const paths = new Set(blueprint.files.map(({ path }) => path));
  return [
    'set -eu',
    // What a step wrote comes before the mark that says how it ended.
    'exec 2>&1',
    // The host's way to packages; a password in it is not for whoever writes hooks.
    ...['http_proxy', 'https_proxy'].map((name) => `case "\${${name}-}" in *@*) unset ${name} ;; esac`),
    'export DEBIAN_FRONTEND=noninteractive SYSTEMD_OFFLINE=1',
    'cd /',
    // mmdebstrap copies the host's own, which an image must not know.
    'rm -f /etc/hostname',
    ...blueprint.users.flatMap(userLines),
    ...fileLines(blueprint.files),
    ...serviceLines(blueprint.services),
    ...blueprint.hooks.flatMap(hookLines),
    ...(kernel ? KERNEL : KEYS),
    ...cleaning(paths),
    '',
  ].join('\n');
}

/** What a line of it says, where it is one: what is being done, or a hook that failed, with what. */
export function readMark(line: string): { doing?: string; failed?: { hook: string; status: string } } {
  if (!line.startsWith(`${MARK} `)) return {};
  const said = line.slice(MARK.length + 1);
  const [, hook, status] = /^(hook .*) failed with (\d+)$/.exec(said) ?? [];
  return hook && status ? { failed: { hook, status } } : { doing: said };
}

const say = (text: string): string => `printf '%s\\n' ${quote(`${MARK} ${text}`)}`;

function userLines({ name, uid, groups, shell, keys }: Blueprint['users'][number]): string[] {
  const user = quote(name);
  const create = `useradd --create-home --uid ${uid} --user-group --password '*' --shell ${quote(shell)} -- ${user}`;
  const home = 'home=$(getent passwd "$user" | cut -d: -f6); group=$(id -gn -- "$user")';
  return [
    say(`user ${name}`),
    `user=${user}`,
    ...groups.map(
      (group) => `getent group ${quote(group)} >/dev/null || groupadd --system -- ${quote(group)}`,
    ),
    `getent passwd ${user} >/dev/null || ${create}`,
    `usermod --shell ${quote(shell)} -- ${user}`,
    ...groups.map((group) => `usermod --append --groups ${quote(group)} -- ${user}`),
    ...(keys.length === 0
      ? []
      : [
          home,
          'install -d -m 700 -o "$user" -g "$group" -- "$home/.ssh"',
          `printf '%s\\n' ${keys.map(quote).join(' ')} >"$home/.ssh/authorized_keys"`,
          'chown -- "$user:$group" "$home/.ssh/authorized_keys"',
          'chmod 600 -- "$home/.ssh/authorized_keys"',
        ]),
  ];
}

/** Unpacked inside, so that a link in the image leads nowhere else. */
function fileLines(files: Blueprint['files']): string[] {
  if (files.length === 0) return [];
  const owned = files.filter(({ owner, group }) => owner !== 'root' || group !== 'root');
  return [
    say('files'),
    `tar --extract --file ${BENCH}/files.tar --directory / --no-same-owner --same-permissions --keep-directory-symlink`,
    ...owned.flatMap(({ path, owner, group, mode }) => [
      `chown --no-dereference -- ${quote(`${owner}:${group}`)} ${quote(path)}`,
      `chmod ${mode.toString(8)} -- ${quote(path)}`,
    ]),
  ];
}

const serviceLines = (services: Blueprint['services']): string[] =>
  (['enable', 'disable', 'mask'] as const).flatMap((verb) =>
    services[verb].flatMap((unit) => [
      say(`systemctl ${verb} ${unit}`),
      `systemctl ${verb} -- ${quote(unit)}`,
    ]),
  );

const hookLines = ({ name }: Blueprint['hooks'][number], index: number): string[] => [
  say(`hook ${name}`),
  `status=0; ${BENCH}/hooks/${index} || status=$?`,
  `if [ "$status" -ne 0 ]; then printf '%s failed with %s\\n' ${quote(`${MARK} hook ${name}`)} "$status"; exit 1; fi`,
];

/** The newest kernel; machines fetch it beside the root file system, which needs none. */
const KERNEL = [
  say('kernel'),
  'kernel=$(ls -1v /boot/vmlinuz-* 2>/dev/null | tail -n 1); version=$(basename -- "$kernel" | cut -c 9-); initrd=/boot/initrd.img-$version',
  `if [ ! -f "$kernel" ]; then ${say('no kernel')}; exit 1; fi`,
  // A hook may have taken them away.
  `if [ ! -d "/lib/modules/$version" ]; then ${say('no drivers')}; exit 1; fi`,
  // With everything that is there by now.
  'rm -f "$initrd"; update-initramfs -c -k "$version"',
  `mv -- "$kernel" ${BENCH}/kernel`,
  `mv -- "$initrd" ${BENCH}/initrd`,
  'rm -f /boot/vmlinuz-* /boot/initrd.img-* /vmlinuz /vmlinuz.old /initrd.img /initrd.img.old',
];

/** A machine is told its host keys as it boots; a container of the image makes its own with its first start, and keeps them. */
const KEYS = [
  'if [ -f /lib/systemd/system/ssh.service ]; then',
  'mkdir -p /etc/systemd/system/ssh.service.d',
  // Before it looks whether its settings will do, which they do not without a key.
  `printf '%s\\n' '[Service]' ExecStartPre= 'ExecStartPre=/usr/bin/ssh-keygen -A' 'ExecStartPre=/usr/sbin/sshd -t' >/etc/systemd/system/ssh.service.d/muster-keys.conf`,
  'fi',
];

/** What every machine has to have of its own, and what would be other bytes at each build. */
const cleaning = (paths: ReadonlySet<string>): string[] => [
  say('cleaning'),
  // One that is a link is of the image.
  ...(paths.has('/etc/resolv.conf') ? [] : ['[ -L /etc/resolv.conf ] || rm -f /etc/resolv.conf']),
  'rm -f /etc/ssh/ssh_host_*_key /etc/ssh/ssh_host_*_key.pub',
  'rm -f /etc/machine-id /var/lib/dbus/machine-id; : >/etc/machine-id',
  'rm -f /var/lib/systemd/random-seed /var/lib/systemd/credential.secret /root/.bash_history',
  'rm -rf /var/cache/debconf/*-old /var/lib/dpkg/*-old /var/cache/ldconfig/aux-cache /var/cache/man/* /var/lib/dhcp/*',
  `find /var/log -xdev -type f ${KEPT_LOGS.map((name) => `! -name ${name}`).join(' ')} -delete`,
  `for log in ${KEPT_LOGS.join(' ')}; do [ ! -f "/var/log/$log" ] || : >"/var/log/$log"; done`,
];
