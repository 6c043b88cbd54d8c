/** A container as deploys look at it. */
import type { ContainerInfo, ContainerInspectInfo } from 'dockerode';

/** What Compose writes on its containers. */
export const PROJECT_LABEL = 'com.docker.compose.project';
export const SERVICE_LABEL = 'com.docker.compose.service';

export interface Container {
  id: string;
  /** Without the leading slash. */
  name: string;
  /** The Compose service, or the name where there is none. */
  service: string;
  image: string;
  labels: Record<string, string>;
  /** Where something is mounted in it. */
  mounts: string[];
}

export interface ContainerState extends Container {
  status: 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead';
  /** Absent without a healthcheck. */
  health?: 'starting' | 'healthy' | 'unhealthy';
  /** What the last healthcheck printed. */
  healthOutput: string;
  /** How the last probe ended; undefined before the first. */
  healthCode?: number;
  exitCode: number;
  /** The engine's own words where it could not start. */
  error: string;
  restarts: number;
  /** Whether the engine starts it again when it ends. */
  restarted: boolean;
  /** UTC, ISO 8601. */
  startedAt: string;
  tty: boolean;
  /** What its first process was started as. */
  argv: string[];
}

const nameOf = (name: string | undefined, id: string): string => name?.replace(/^\//, '') || id.slice(0, 12);

/** Out of the engine's list. */
export function containerOf(info: ContainerInfo): Container {
  const name = nameOf(info.Names[0], info.Id);
  const labels = info.Labels ?? {};
  const mounts = (info.Mounts ?? []).map(({ Destination }) => Destination);
  return { id: info.Id, name, service: labels[SERVICE_LABEL] ?? name, image: info.Image, labels, mounts };
}

/** Out of the engine's description of one. */
export function stateOf(info: ContainerInspectInfo): ContainerState {
  const name = nameOf(info.Name, info.Id);
  const labels = info.Config.Labels ?? {};
  const health = info.State.Health;
  return {
    id: info.Id,
    name,
    service: labels[SERVICE_LABEL] ?? name,
    image: info.Config.Image,
    labels,
    mounts: (info.Mounts ?? []).map(({ Destination }) => Destination),
    status: info.State.Status as ContainerState['status'],
    health: health && health.Status !== 'none' ? (health.Status as ContainerState['health']) : undefined,
    healthOutput: health?.Log?.at(-1)?.Output.trim() ?? '',
    healthCode: health?.Log?.at(-1)?.ExitCode,
    exitCode: info.State.ExitCode,
    error: info.State.Error,
    restarts: info.RestartCount,
    restarted: !['', 'no'].includes(info.HostConfig.RestartPolicy?.Name ?? ''),
    startedAt: info.State.StartedAt,
    tty: info.Config.Tty,
    argv: [info.Path ?? '', ...(info.Args ?? [])],
  };
}
