/** The command lines of ipmitool(1), and what its answers mean. */
import type { PowerState } from '../../power.ts';

/** A controller that is reached by IPMI 2.0 (RMCP+); its password goes through the environment. */
export interface IpmiController {
  address: string;
  port?: number;
  user: string;
  /** How what is said is signed and encrypted, by its number in IPMI 2.0: 3 or 17; asked of the controller where nobody says. */
  cipherSuite?: number;
}

/** Tries of each request, and the seconds between them: a controller that is not there is given up after six seconds. */
const TRIES = ['-N', '1', '-R', '3'];

/** What every line begins with. `-v` has it say why no session came about. */
const words = ({ address, port, user, cipherSuite }: IpmiController): string[] => [
  'ipmitool',
  ...['-I', 'lanplus', '-v'],
  ...['-H', address, ...(port === undefined ? [] : ['-p', String(port)])],
  ...['-U', user, '-E'],
  ...(cipherSuite === undefined ? [] : ['-C', String(cipherSuite)]),
  ...TRIES,
];

export const statusArgv = (controller: IpmiController): string[] => [
  ...words(controller),
  'chassis',
  'power',
  'status',
];

/** `soft` asks the operating system, as the power button does. */
export const powerArgv = (
  controller: IpmiController,
  deed: 'on' | 'off' | 'soft' | 'cycle' | 'reset',
): string[] => [...words(controller), 'chassis', 'power', deed];

/** The next boot is from the network; UEFI has to be told that it is meant. */
export const networkArgv = (controller: IpmiController, firmware: 'uefi' | 'bios'): string[] => [
  ...words(controller),
  'chassis',
  'bootdev',
  'pxe',
  ...(firmware === 'uefi' ? ['options=efiboot'] : []),
];

/** `Chassis Power is on`. */
export function parseStatus(stdout: string): PowerState | undefined {
  const [, state] = /^Chassis Power is (on|off)\s*$/m.exec(stdout) ?? [];
  return state as 'on' | 'off' | undefined;
}

/** Why ipmitool could not do it, out of what it printed (ipmitool 1.8.18 and 1.8.19). */
export type IpmiFailure = 'credentials' | 'privilege' | 'suite' | 'address' | 'silent' | 'state' | 'refused';

const FAILURES: [IpmiFailure, RegExp][] = [
  ['credentials', /RAKP 2 (?:HMAC is invalid|message indicates an error ?: ?unauthorized name)/],
  ['credentials', /RAKP [24] message (?:has invalid|indicates an error ?: ?invalid integrity)/i],
  [
    'privilege',
    /insufficient privilege|unauthorized role or privilege|requested privilege level .*(?:exceed|not)/i,
  ],
  ['suite', /invalid (?:authentication|integrity|confidentiality) algorithm|no cipher suite match/i],
  ['address', /Address lookup for .* failed/],
  ['state', /not supported in present state/i],
  [
    'silent',
    /Get Auth Capabilities error|Get Channel Authentication Capabilities|No response from remote controller|Unable to establish/,
  ],
];

export const ipmiFailure = (lines: readonly string[]): IpmiFailure =>
  FAILURES.find(([, pattern]) => lines.some((line) => pattern.test(line)))?.[0] ?? 'refused';

/** The line that says most of a refusal: the last, less what it says of itself. */
export const refusalIn = (lines: readonly string[]): string =>
  lines.findLast((line) => line.trim() !== '' && !/^(?:IANA PEN|Loading |Running |Discovered )/.test(line)) ??
  '';
