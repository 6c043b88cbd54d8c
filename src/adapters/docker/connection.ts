/** The engine's API over whatever link reaches the host. */
import { Agent, type AgentOptions } from 'node:http';
import type { Duplex } from 'node:stream';
import Dockerode from 'dockerode';
import { MusterError } from '../../errors.ts';
import { messages } from '../../messages/messages.ts';
import { printable, type Shell } from '../../shell.ts';

/** Opens every connection with `Shell.connect`; none is kept when its request is over. */
class LinkAgent extends Agent {
  readonly #connect: () => Promise<Duplex>;
  /** Why the last connections broke off, where that was the link; calls that stream their answer do not hear it. */
  lost: MusterError | undefined;

  constructor(connect: () => Promise<Duplex>) {
    super({ keepAlive: false });
    this.#connect = connect;
  }

  override createConnection(
    _options: AgentOptions,
    done?: (error: Error | null, stream: Duplex) => void,
  ): undefined {
    this.#connect().then(
      (stream) => {
        this.lost = undefined;
        stream.once('error', (error) => {
          if (error instanceof MusterError) this.lost = error;
        });
        done?.(null, stream);
      },
      (error) => {
        this.lost = undefined;
        done?.(error, undefined as unknown as Duplex);
      },
    );
  }
}

/** A client for the engine at a socket of the host, and what its errors mean. Nothing of the environment (`DOCKER_HOST`) counts. */
export function openEngine(shell: Shell, socket: string) {
  const agent = new LinkAgent(() => shell.connect(socket));
  const engine = new Dockerode({
    protocol: 'http',
    host: 'engine',
    port: 80,
    pathPrefix: '/',
    agent,
    ca: undefined,
    cert: undefined,
    key: undefined,
  } as Dockerode.DockerOptions);
  return { engine, explain: (error: unknown) => engineError(shell.host, agent.lost ?? error) };
}

interface EngineFailure {
  code?: string;
  statusCode?: number;
  message?: string;
}

/** Whether the engine answered that there is no such thing, or that it is going away already. */
export const isMissing = (error: unknown): boolean => (error as EngineFailure)?.statusCode === 404;
export const isConflict = (error: unknown): boolean => (error as EngineFailure)?.statusCode === 409;

const DOWN = new Set(['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE']);

/** What a failed call means: `engine.down`, `host.denied`, `host.diskfull`, or the error itself. */
export function engineError(host: string, error: unknown): unknown {
  if (error instanceof MusterError) return error;
  const { code, message = '' } = (error ?? {}) as EngineFailure;
  if (code !== undefined && DOWN.has(code)) return new MusterError('engine.down', { host }, { cause: error });
  if (code === 'EACCES' || code === 'EPERM') {
    const what = messages().reasons.engineSocket;
    return new MusterError('host.denied', { host, message: what }, { cause: error });
  }
  if (/no space left on device/i.test(message)) {
    return new MusterError('host.diskfull', { host, message: printable(message) }, { cause: error });
  }
  return error;
}
