/** The steps of firewalls. */
import { closeHost, keepBehind, proveBehind } from './behind.ts';
import { applyFirewall, keepFirewall, revertFirewall } from './change.ts';
import { exposeApp } from './expose.ts';
import { holdFirewall } from './hold.ts';
import { leaveBehind, openHost } from './reopen.ts';
import { compareFirewall, showFirewall } from './show.ts';

export const firewallSteps = [
  applyFirewall,
  keepFirewall,
  holdFirewall,
  revertFirewall,
  showFirewall,
  compareFirewall,
  exposeApp,
  closeHost,
  proveBehind,
  keepBehind,
  openHost,
  leaveBehind,
];
