/** Every command: explicit, no scanning of folders. Help shows them in this order. */

import type { Command } from './command.ts';
import { acknowledge, alerts, snooze } from './commands/alerts.ts';
import { approve, confirm, refuse } from './commands/approve.ts';
import { apps } from './commands/apps.ts';
import { audit } from './commands/audit.ts';
import { buildBase } from './commands/build-base.ts';
import { cancel } from './commands/cancel.ts';
import { deploy } from './commands/deploy.ts';
import {
  firewallApply,
  firewallClose,
  firewallDiff,
  firewallKeep,
  firewallOpen,
  firewallRevert,
  firewallShow,
  firewallWhy,
} from './commands/firewall.ts';
import { help } from './commands/help.ts';
import { hostAdd, hostRemove, hostRotate, hostTrust } from './commands/host.ts';
import { health, healthMaintenance } from './commands/health.ts';
import { hosts } from './commands/hosts.ts';
import { job } from './commands/job.ts';
import { jobs } from './commands/jobs.ts';
import { keysShow, keysSync } from './commands/keys.ts';
import { logs } from './commands/logs.ts';
import { overlayJoin, overlayLeave, overlayShow, overlayTest } from './commands/overlay.ts';
import { prepare } from './commands/prepare.ts';
import { reload } from './commands/reload.ts';
import { retry } from './commands/retry.ts';
import { rollback } from './commands/rollback.ts';
import { restart } from './commands/restart.ts';
import { scheduleAdd, scheduleList, scheduleRemove, scheduleRun } from './commands/schedule.ts';
import { status } from './commands/status.ts';
import { why } from './commands/why.ts';

export const catalog: readonly Command[] = [
import { whySick } from './commands/why-sick.ts';
  help,
  status,
  hosts,
  hostAdd,
  hostTrust,
  hostRotate,
  hostRemove,
  apps,
  prepare,
  buildBase,
  deploy,
  rollback,
  keysSync,
  keysShow,
  restart,
  configShow,
  configDiff,
  configRender,
  configApply,
  configSet,
  configHistory,
  configRollback,
  logs,
  firewallShow,
  firewallDiff,
  firewallApply,
  firewallKeep,
  firewallRevert,
  firewallOpen,
  firewallClose,
  firewallWhy,
  overlayShow,
  overlayJoin,
  overlayLeave,
  overlayTest,
  jobs,
  job,
  cancel,
  retry,
  approve,
  confirm,
  refuse,
  why,
  alerts,
  acknowledge,
  snooze,
  scheduleList,
  health,
  whySick,
  healthMaintenance,
  scheduleAdd,
  scheduleRemove,
  scheduleRun,
  audit,
  reload,
];
