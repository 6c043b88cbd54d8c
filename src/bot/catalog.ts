/** Every command: explicit, no scanning of folders. Help shows them in this order. */

import type { Command } from './command.ts';
import { acknowledge, alerts, snooze } from './commands/alerts.ts';
import { approve, confirm, refuse } from './commands/approve.ts';
import { apps } from './commands/apps.ts';
import { audit } from './commands/audit.ts';
import { bootPlanned, machineBoot } from './commands/boot.ts';
import { buildBase } from './commands/build-base.ts';
import { buildImage } from './commands/build-image.ts';
import { cancel } from './commands/cancel.ts';
import { configHistory, configRender, configShow } from './commands/config.ts';
import { configApply, configDiff, configRollback, configSet } from './commands/config-change.ts';
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
import { health, healthMaintenance } from './commands/health.ts';
import { help } from './commands/help.ts';
import { hostAdd, hostRemove, hostRotate, hostTrust } from './commands/host.ts';
import { hosts } from './commands/hosts.ts';
import { imageDiff, imageList, imageShow } from './commands/image.ts';
import { imagePromote, imagePrune, imageRollback } from './commands/image-change.ts';
import { imageRollout } from './commands/image-rollout.ts';
import { job } from './commands/job.ts';
import { jobs } from './commands/jobs.ts';
import { keysShow, keysSync } from './commands/keys.ts';
import { logs, logsStats, logsVerify } from './commands/logs.ts';
import { machineList, machineShow, machineWhy } from './commands/machine.ts';
import { machineAdd, machineAdopt, machineRemove, machineSet } from './commands/machine-change.ts';
import { overlayJoin, overlayLeave, overlayShow, overlayTest } from './commands/overlay.ts';
import { machinePower } from './commands/power.ts';
import { prepare } from './commands/prepare.ts';
import { reload } from './commands/reload.ts';
import { restart } from './commands/restart.ts';
import { retry } from './commands/retry.ts';
import { rollback } from './commands/rollback.ts';
import { scheduleAdd, scheduleList, scheduleRemove, scheduleRun } from './commands/schedule.ts';
import { status } from './commands/status.ts';
import { vmConsole, vmCreate, vmDestroy, vmList, vmStart, vmStop } from './commands/vm.ts';
import { why } from './commands/why.ts';
import { whySick } from './commands/why-sick.ts';

export const catalog: readonly Command[] = [
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
  buildImage,
  imageList,
  imageShow,
  imageDiff,
  imagePromote,
  imageRollback,
  imagePrune,
  imageRollout,
  deploy,
  rollback,
  restart,
  configShow,
  configDiff,
  configRender,
  configApply,
  configSet,
  configHistory,
  configRollback,
  keysSync,
  keysShow,
  logs,
  logsVerify,
  logsStats,
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
  machineList,
  machineShow,
  machineWhy,
  bootPlanned,
  machineAdd,
  machineAdopt,
  machineSet,
  machineRemove,
  machineBoot,
  machinePower,
  vmList,
  vmCreate,
  vmStart,
  vmStop,
  vmConsole,
  vmDestroy,
  jobs,
  job,
  cancel,
  retry,
  approve,
  confirm,
  refuse,
  why,
  health,
  whySick,
  healthMaintenance,
  alerts,
  acknowledge,
  snooze,
  scheduleList,
  scheduleAdd,
  scheduleRemove,
  scheduleRun,
  audit,
  reload,
];
