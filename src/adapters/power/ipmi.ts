/** Switches a machine by its controller's IPMI, with ipmitool on a host that reaches it. */
import { MusterError } from '../../errors.ts';
import { messages } from '../../messages/messages.ts';
import { type Patience, type Power, type PowerState, settled } from '../../power.ts';
import type { Secret } from '../../secret.ts';
import { printable, type Shell } from '../../shell.ts';
import {
  type IpmiController,
  ipmiFailure,
  networkArgv,
  parseStatus,
  powerArgv,
  refusalIn,
  statusArgv,
} from './ipmi-commands.ts';

/** How long one line may take, ms: each of its requests gives up before. */
const LINE_MS = 30_000;

export interface IpmiTarget extends IpmiController {
  machine: string;
  password: Secret;
  /** What its next boot goes by. */
  firmware: 'uefi' | 'bios';
}

/** The power of a machine that has such a controller. */
export function ipmi(shell: Shell, target: IpmiTarget, patience: Patience): Power {
  const { machine, password } = target;
  const run = async (argv: readonly string[]) => {
    try {
      const env = { LC_ALL: 'C', IPMI_PASSWORD: password.reveal() };
      return await shell.run(argv, { env, timeout: LINE_MS, signal: patience.signal });
    } catch (error) {
      throw failed(target, error);
    }
  };
  const status = async (): Promise<PowerState> =>
    parseStatus((await run(statusArgv(target))).stdout) ?? 'unknown';
  const reaches = (wanted: 'on' | 'off') => settled(machine, wanted, status, patience);
  return {
    status,
    async on() {
      if ((await status()) !== 'on') await run(powerArgv(target, 'on'));
      await reaches('on');
    },
    async off(hard = false) {
      if ((await status()) === 'off') return;
      await run(powerArgv(target, hard ? 'off' : 'soft'));
      await reaches('off');
    },
    async cycle() {
      // One that is off refuses to be cycled, or stays off.
      await run(powerArgv(target, (await status()) === 'off' ? 'on' : 'cycle'));
      await reaches('on');
    },
    async bootFromNetworkOnce() {
      await run(networkArgv(target, target.firmware));
      return true;
    },
  };
}

function failed({ machine, address }: IpmiTarget, error: unknown): unknown {
  const ours = error instanceof MusterError ? error : undefined;
  const facts = { machine, address };
  const { reasons } = messages().power;
  const unreachable = (message: string) =>
    new MusterError('power.unreachable', { ...facts, message }, { cause: error });
  if (ours?.code === 'shell.timeout') return unreachable(reasons.silent);
  if (ours?.code !== 'shell.exit') return error;
  switch (ipmiFailure(ours.lines)) {
    case 'credentials':
      return new MusterError('power.credentials', facts, { cause: error });
    case 'privilege':
      return new MusterError('power.privilege', facts, { cause: error });
    case 'suite':
      return new MusterError('power.refused', { ...facts, message: reasons.suite }, { cause: error });
    case 'address':
      return unreachable(reasons.noAddress);
    case 'silent':
      return unreachable(reasons.silent);
    case 'state':
      return new MusterError('power.refused', { ...facts, message: reasons.state }, { cause: error });
    case 'refused': {
      const message = printable(refusalIn(ours.lines)).slice(0, 200);
      return new MusterError('power.refused', { ...facts, message }, { cause: error, lines: ours.lines });
    }
  }
}
