/** Firewalls and overlay networks. */
import { type Entry, entry } from '../../entry.ts';

export const networks = {
  'firewall.noguardian': entry(
    (f) => `nothing keeps the firewall of ${f.host}`,
    (f) => `Run muster agent guardian there, and name it as guardian of ${f.host}.`,
  ),
  'firewall.probe': entry(
    (f) => `${f.address} of ${f.host} does not answer any more: ${f.reason}`,
    (f) => `The firewall of ${f.host} is taken back. See /firewall plan ${f.host}`,
  ),
  'firewall.undeclared': entry(
    (f) => `the configuration says nothing of a firewall on ${f.host}`,
    () => 'Declare one in the section firewall, then /reload.',
  ),
  'firewall.unapplied': entry(
    (f) => `the firewall that is in force on ${f.host} has no zone ${f.zone} yet`,
    (f) => `/firewall apply ${f.host} first, then /retry.`,
  ),
  'firewall.invalid': entry(
    (f) => `the parts of the firewall of ${f.host} contradict each other: ${f.problem}`,
    () => 'Mend the section firewall, then /reload.',
  ),
  'firewall.waiting': entry(
    (f) => `another change of the firewall waits to be kept (${f.id}, ${f.by})`,
    () => '/firewall keep or /firewall revert first.',
  ),
  'firewall.gone': entry(
    (f) => `the change ${f.id} of the firewall is not in force any more`,
    () => 'Nobody kept it in time, or it was taken back: /firewall show',
  ),
  'firewall.unkept': entry(
    (f) => `nobody kept the firewall of ${f.host} in time: the one before is in force again`,
    (f) => `/firewall plan ${f.host}, then apply it once more.`,
  ),
  'firewall.same': entry(
    (f) => `the change ${f.id} has to be kept by somebody who came in after it`,
    () => 'Only a new connection shows that nobody is locked out.',
  ),
  'firewall.drift': entry(
    (f) => `others changed the firewall: ${f.drift}`,
    () => 'See /firewall show; a change that is to overwrite theirs has to say so.',
  ),
  'firewall.root': entry(
    (f) => `only root may change the packet filter of ${f.host}`,
    (f) => `Let Muster log in there as root (hosts.${f.host}.user), or run muster agent guardian there.`,
  ),
  'firewall.moved': entry(
    (f) => `another change of the firewall of ${f.host} came first`,
    () => 'Type the line again.',
  ),
  'firewall.trouble': entry(
    (f) => `the last good firewall cannot be put in force: ${f.trouble}`,
    () => 'What is in force stays. The log of the host says more.',
  ),
  'overlay.failed': entry(
    (f) => `${f.host} is no member of ${f.overlay}: ${f.message}`,
    (f) => `Mend that on ${f.host}, then /overlay join ${f.overlay} ${f.host}`,
  ),
  'overlay.silent': entry(
    (f) => `${f.host} does not reach ${f.peer} (${f.address}) over ${f.overlay}`,
    (f) =>
      f.port
        ? `Is UDP port ${f.port} of one of both open to the other? /overlay show ${f.overlay}`
        : `/overlay show ${f.overlay}`,
  ),
  'overlay.full': entry(
    (f) => `${f.overlay} has no address left for ${f.host}: ${f.network} is full`,
    () => 'Take a larger network in the configuration, or let another host leave.',
  ),
  'behind.stranger': entry(
    (f) => `${f.host} has not joined ${f.overlay}`,
    (f) => `Have it join first: /overlay join ${f.overlay} ${f.host}`,
  ),
  'behind.firewall': entry(
    (f) => `${f.host} is to be behind ${f.overlay}, and the configuration says nothing of its firewall`,
    (f) => `Declare one for ${f.host} in the section firewall, then /reload.`,
  ),
  'behind.leaves': entry(
    (f) => `${f.host} lets nobody in but by ${f.overlay}, and would be reached no more`,
    (f) => `Take it out of behind of ${f.overlay}, /reload, then /prepare ${f.host}.`,
  ),
  'behind.moves': entry(
    (f) =>
      `${f.host} lets nobody in but by ${f.address} in ${f.overlay}, and is to have another address there`,
    (f) =>
      `Leave it that address, or take it out of behind of ${f.overlay} first: then /reload and /prepare ${f.host}.`,
  ),
  'behind.open': entry(
    (f) => `${f.host} still answers from outside, on ${f.address}`,
    () => 'Does a rule name the zone outside, or does something else answer there?',
  ),
  'sshd.none': entry(
    (f) => `${f.host} has no sshd`,
    () => 'Then there is nothing to do.',
  ),
  'sshd.refused': entry(
    (f) => `sshd of ${f.host} does not take that${f.message ? `: ${f.message}` : ''}`,
    () => 'Nothing changed. Does its configuration include the folder sshd_config.d?',
  ),
  'sshd.elsewhere': entry(
    (f) => `sshd of ${f.host} would listen on ${f.message}, too`,
    (f) =>
      `Nothing changed. Have the configuration of sshd on ${f.host} include sshd_config.d, and remove ListenAddress from it.`,
  ),
  'sshd.waiting': entry(
    (f) => `another change of sshd on ${f.host} waits to be kept`,
    () => 'It is taken back by itself within a minute.',
  ),
  'sshd.gone': entry(
    (f) => `sshd of ${f.host} listens as before: nobody kept the change in time`,
    () => 'Try again.',
  ),
  'sshd.deaf': entry(
    (f) => `sshd of ${f.host} cannot be told of its new configuration`,
    () => 'Nothing changed. Does it run, and does it write its PidFile?',
  ),
  'sshd.timer': entry(
    (f) => `no timer could be started on ${f.host} that takes a change of sshd back`,
    () => 'Nothing changed. It takes systemd-run or setsid.',
  ),
  'overlay.stranger': entry(
    (f) => `${f.host} is no member of ${f.overlay} by the configuration`,
    (f) => `Add it to the members of ${f.overlay}, then /reload`,
  ),
  'overlay.controller': entry(
    (f) => `the controller of ${f.overlay} did not change ${f.host}: ${f.message}`,
    (f) => `Check controller, network and token of ${f.overlay} in the configuration.`,
  ),
  'firewall.unsupported': entry(
    (f) => `ufw cannot do that on ${f.host}: ${f.message}`,
    () => 'Use nftables for this host, or declare it otherwise.',
  ),
  'firewall.off': entry(
    (f) => `ufw is switched off on ${f.host}`,
    () => 'Switch it on there with ufw enable, and try again.',
  ),
  'firewall.refused': entry(
    (f) => `${f.host} did not take the firewall's rules: ${f.message}`,
    () => 'Nothing was changed. The log has the details.',
  ),
} satisfies Record<string, Entry>;
