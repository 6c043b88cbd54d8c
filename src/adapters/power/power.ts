/** Switches machines on and off, seen from one host: by IPMI, Redfish, Wake-on-LAN or a program. Virtual machines are switched by libvirt's adapter. */
import { z } from 'zod';
import type { Power } from '../../power.ts';
import { Duration } from '../../units.ts';
import { defineAdapter } from '../adapter.ts';
import { type CommandTarget, command } from './command.ts';
import { type IpmiTarget, ipmi } from './ipmi.ts';
import { type RedfishTarget, redfish } from './redfish.ts';
import { type WakeTarget, wake } from './wake.ts';

/** What switches a machine, with its password where it has one. */
export type PowerTarget =
  | ({ kind: 'ipmi' } & IpmiTarget)
  | ({ kind: 'redfish' } & RedfishTarget)
  | ({ kind: 'wake' } & WakeTarget)
  | ({ kind: 'command' } & CommandTarget);

export const power = defineAdapter({
  name: 'power',
  about: 'Switches machines on and off',
  options: z.strictObject({
    patience: Duration.prefault('2m').describe('how long a machine may take to go on or off'),
    pause: Duration.prefault('2s').describe('from one look whether it did to the next'),
  }),
  open: ({ shell, options }) => ({
    /** The power of a machine; `signal` ends whatever is going on. */
    of(target: PowerTarget, signal?: AbortSignal): Power {
      const patience = { ...options, signal };
      switch (target.kind) {
        case 'ipmi':
          return ipmi(shell, target, patience);
        case 'redfish':
          return redfish(shell, target, patience);
        case 'wake':
          return wake(shell, target, signal);
        case 'command':
          return command(shell, target, patience);
      }
    },
  }),
});
