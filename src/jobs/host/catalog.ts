/** The steps on a host itself. */
import type { AnyStep } from '../step.ts';
import { checkHost, inspectHost } from './inspect.ts';
import { installHost } from './install.ts';
import { keepListening, listenAnywhere, listenBehind } from './listen.ts';
import { startEngine } from './start.ts';

export const hostSteps: readonly AnyStep[] = [
  inspectHost,
  installHost,
  startEngine,
  checkHost,
  listenBehind,
  keepListening,
  listenAnywhere,
];
