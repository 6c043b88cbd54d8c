/** Machines that boot over the network. */
export const machines = {
  config: {
    service: 'a unit of systemd, like nginx or getty@tty1.service',
    kernelLine: 'printable characters without quotes, backslashes, # and ${',
    uuid: 'a UUID looks like 4c4c4544-0042-3510-8054-b4c04f4e3232',
  },
};

/** What the commands say of themselves. */
export const machineCommands = {};
