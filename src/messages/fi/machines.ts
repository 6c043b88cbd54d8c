/** Machines that boot over the network. */
import type { machineCommands as English } from '../en/machines.ts';
import type { Messages } from '../language.ts';

export const machines: Messages['machines'] = {
  config: {
    service: 'systemd-yksikkö, esimerkiksi nginx tai getty@tty1.service',
    kernelLine: 'tulostuvia merkkejä ilman lainausmerkkejä, kenoviivoja ja merkkejä # ja ${',
    uuid: 'UUID on muotoa 4c4c4544-0042-3510-8054-b4c04f4e3232',
  },
};

/** What the commands say of themselves. */
export const machineCommands: typeof English = {};
