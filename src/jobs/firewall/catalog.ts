/** The steps of firewalls. */
import { applyFirewall, keepFirewall, revertFirewall } from './change.ts';
import { exposeApp } from './expose.ts';
import { holdFirewall } from './hold.ts';
import { compareFirewall, showFirewall } from './show.ts';

export const firewallSteps = [
  applyFirewall,
  keepFirewall,
  holdFirewall,
  revertFirewall,
  showFirewall,
  compareFirewall,
  exposeApp,
];
