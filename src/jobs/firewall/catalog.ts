/** The steps of firewalls. */
import { closeHost, keepBehind, proveBehind } from './behind.ts';
import { applyFirewall, keepFirewall, revertFirewall } from './change.ts';
import { exposeApp } from './expose.ts';
import { holdFirewall } from './hold.ts';
import { admitNetwork } from './network.ts';
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
  admitNetwork,
  closeHost,
  proveBehind,
  keepBehind,
  openHost,
  leaveBehind,
];
