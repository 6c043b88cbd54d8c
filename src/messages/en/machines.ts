/** Machines that boot over the network. */
export const machines = {
  config: {
    service: 'a unit of systemd, like nginx or getty@tty1.service',
    kernelLine: 'printable characters without quotes, backslashes, # and ${',
    uuid: 'a UUID looks like 4c4c4544-0042-3510-8054-b4c04f4e3232',
  },
  /** What has to be said of what a machine was given as it booted. */
  given: {
    nobody: (f: { user: string; groups: readonly string[] }) =>
      `nobody may log in as ${f.user}: no key of ${f.groups.join(', ')} is known`,
    noKeys: (f: { source: string; reason: string }) => `no key of ${f.source} is known: ${f.reason}`,
    noCard: (f: { address: string }) =>
      `it does not get the address ${f.address}: no MAC address of it is known`,
    noProfile: (f: { profile: string }) => `there is no profile ${f.profile}: it was only given its name`,
  },
  /** Stacks of machines, once these are up. */
  stacks: {
    byHand: (f: { machine: string; app: string; line: string }) =>
      `${f.machine} is up, and ${f.app} is to run there: ${f.line}`,
    noHost: (f: { machine: string; app: string }) =>
      `${f.machine} is up, but ${f.app} cannot be started there: there is no host ${f.machine}. Add it under hosts, with link: ssh, then /reload`,
    refused: (f: { machine: string; line: string; reason: string }) =>
      `${f.machine} is up, but ${f.line} was refused: ${f.reason}`,
  },
};

/** What the commands say of themselves. */
export const machineCommands = {};
