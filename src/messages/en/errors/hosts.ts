/** Hosts, the ways to them, and what runs there. */
import { type Entry, entry } from '../../entry.ts';

export const hosts = {
  'shell.notfound': entry(
    (f) => `${f.program} is not installed on ${f.host}`,
    (f) => `/prepare ${f.host}`,
  ),
  'shell.folder': entry(
    (f) => `${f.host} has no folder ${f.folder}`,
    (f) => `Create it on ${f.host}, or mend the path in the configuration.`,
  ),
  'shell.exit': entry(
    (f) => `${f.program} ended with code ${f.code} on ${f.host}${f.message ? `: ${f.message}` : ''}`,
    () => 'The last lines of its output say why.',
  ),
  'shell.signal': entry(
    (f) => `${f.program} was ended by ${f.signal} on ${f.host}`,
    () => 'Somebody or the kernel ended it; see the log of the host.',
  ),
  'shell.timeout': entry(
    (f) => `${f.program} took longer than ${f.limit} on ${f.host}`,
    () => 'Try again; if it is just slow, raise the timeout.',
  ),
  'shell.aborted': entry(
    (f) => `${f.program} was stopped on ${f.host}`,
    () => 'It was cancelled.',
  ),
  'shell.survivors': entry(
    (f) => `could not end everything on ${f.host}: ${f.survivors}`,
    (f) => `Look at them with ps on ${f.host}, and end them by hand.`,
  ),
  'host.unreachable': entry(
    (f) => `${f.host} does not answer: ${f.message}`,
    (f) =>
      f.lost
        ? 'Check its network, then /retry.'
        : `Is ${f.address ?? f.host} on, and may Muster's key log in?`,
  ),
  'host.login': entry(
    (f) => `${f.host} does not let ${f.user} log in: ${f.message}`,
    (f) => `Put Muster's public key into ~/.ssh/authorized_keys of ${f.user} on ${f.host}.`,
  ),
  'host.key.unknown': entry(
    (f) => `${f.host} shows a host key that is not pinned: ${f.fingerprint}`,
    (f) => `If it is the right machine, add to its entry: hostKey: ${f.fingerprint}`,
  ),
  'host.key.changed': entry(
    (f) => `${f.host} shows another host key (${f.fingerprint}) than the pinned one`,
    (f) =>
      `If it was reinstalled, change its key in the files; where it was added in a chat, /host remove ${f.host} and add it again. If not, somebody is in between.`,
  ),
  'host.pending': entry(
    (f) =>
      f.fingerprint
        ? `${f.host} answers with ${f.fingerprint} and nobody has said yet that this is right`
        : `${f.host} was added and has not answered yet`,
    (f) =>
      f.fingerprint
        ? `Compare with what it printed, then /host trust ${f.host} ${f.fingerprint}`
        : `Run the line there that /host add gave; for a new one, say /host add again.`,
  ),
  'host.fingerprint': entry(
    (f) => `${f.host} answers with another key: ${f.fingerprint}`,
    (f) =>
      `Compare with what it printed over there. If that differs, somebody is in between: /host remove ${f.host}`,
  ),
  'host.known': entry(
    (f) => `there is a host called ${f.host} already`,
    (f) => `Take another name, or /host remove ${f.host} first.`,
  ),
  'host.configured': entry(
    (f) => `${f.host} stands in the configuration: ${f.place}`,
    () => 'Change it there, then /reload.',
  ),
  'host.used': entry(
    (f) => `${f.host} is in use: ${f.uses}`,
    (f) => `/host remove ${f.host} --force goes on anyway.`,
  ),
  'host.named': entry(
    (f) => `the configuration needs ${f.host}:\n${f.problems}`,
    () => 'Take it out there first, then /reload.',
  ),
  'host.noprivacy': entry(
    () => 'this has a line with a token, and I cannot write to you alone here',
    (f) =>
      f.platform === 'telegram'
        ? 'Open a chat with me, press Start, and say it again; or say it at the console.'
        : 'Say it to me in a direct message, or at the console.',
  ),
  'install.denied': entry(
    (f) => `${f.path} may not be written`,
    () => 'Run it as root, or name places of your own: --state, --root and --no-systemd.',
  ),
  'host.agentonly': entry(
    (f) => `the programs of ${f.host} are run by its agent only`,
    () => 'What is done from here needs a host with link: local or link: ssh.',
  ),
  'host.keyless': entry(
    (f) => `${f.host} has no agent, thus no key that could change`,
    (f) => `The host key of an sshd is changed over there; then /host remove ${f.host} and add it again.`,
  ),
  'enrol.none': entry(
    () => 'no token waits here: it was used, or its time is up',
    () => 'Say /host add again, and run the new line.',
  ),
  'enrol.proof': entry(
    () => 'that proves nothing: it does not know the token',
    () => 'Say /host add again, and run the new line.',
  ),
  'host.silent': entry(
    (f) => `${f.host} fell silent`,
    () => 'Check its network, then /retry.',
  ),
  'icp.identity': entry(
    (f) => (f.reason === 'open' ? `others may read the key ${f.file}` : `the key ${f.file} cannot be used`),
    (f) =>
      f.reason === 'open'
        ? `Nobody read it? chmod 600 ${f.file}. Otherwise remove it: a new one is made, to be trusted anew.`
        : `Remove ${f.file}: a new one is made, to be trusted anew.`,
  ),
  'icp.busy': entry(
    (f) => `another manager speaks with the agent of ${f.host}`,
    () => 'It lets one in at a time: wait until the other one has let go.',
  ),
  'icp.stranger': entry(
    (f) => `the agent of ${f.host} does not know Muster's key`,
    (f) => `Add a line to the file trusted of that agent, over there: ${f.fingerprint}`,
  ),
  'icp.command': entry(
    (f) => `there is no command ${f.command}`,
    () => 'Is the agent as new as the manager?',
  ),
  'icp.message': entry(
    (f) => `not a message of the protocol: ${f.problem}`,
    () => 'Is the agent as new as the manager?',
  ),
  'icp.limit': entry(
    (f) => `too much at once: ${f.limit}`,
    () => 'Wait a moment.',
  ),
  'icp.abandoned': entry(
    (f) => `‘${f.title}’ was stopped on ${f.host}, as no manager asked for it for ${f.time}`,
    () => 'Look why no manager was there, then /retry.',
  ),
  'icp.fate': entry(
    (f) => `the agent of ${f.host} does not answer, and how ‘${f.title}’ went is not known`,
    (f) => `The agent of ${f.host} stops it by itself. Check its network, then /retry.`,
  ),
  'host.denied': entry(
    (f) => `no permission on ${f.host}: ${f.message}`,
    (f) =>
      f.command
        ? `Type on ${f.host}: ${f.command}`
        : `Give Muster's user on ${f.host} that right (root, or the group docker).`,
  ),
  'host.diskfull': entry(
    (f) => `the disk of ${f.host} is full`,
    (f) => `Free some space on ${f.host} (docker system prune), then /retry.`,
  ),
} satisfies Record<string, Entry>;
