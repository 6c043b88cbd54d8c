/** What is to be run on a host that is added, once, by whoever administers it. Pure. */
import { AGENT_PORT, GUARDIAN_PORT } from '../../config/config.ts';
import type { Added } from './enrolments.ts';

/** Installs and starts a host's agents, which trust these managers and know the token. */
export function installLine(parts: {
  trust: readonly string[];
  token: string;
  entry: Added['entry'];
}): string {
  const { trust, token, entry } = parts;
  const { port, guardian } = entry;
  return [
    ...['muster', 'agent', 'install', '--trust', ...trust, '--token', token],
    ...(port === AGENT_PORT ? [] : ['--port', String(port)]),
    ...(guardian ? ['--guardian'] : []),
    ...(guardian && guardian.port !== GUARDIAN_PORT ? ['--guardian-port', String(guardian.port)] : []),
  ].join(' ');
}

/**
 * Lets managers log in by ssh as whoever runs it, and shows the fingerprints of the host's keys. `keys` are lines of OpenSSH. An
 * empty line comes first: the last line of the file may have no end, and would swallow the first key.
 */
export function keyLine(keys: readonly string[]): string {
  const lines = ['', ...keys.map((key) => `${key} muster`)].map((line) => `'${line}'`).join(' ');
  return [
    'install -d -m 700 ~/.ssh',
    `printf '%s\\n' ${lines} >> ~/.ssh/authorized_keys`,
    'chmod 600 ~/.ssh/authorized_keys',
    'for key in /etc/ssh/ssh_host_*_key.pub; do ssh-keygen -lf "$key"; done',
  ].join(' && ');
}
