/** The controller of a ZeroTier network, which decides who is in it: the API of ZeroTier Central, version 1. Muster asks it, no host does. */
import { z } from 'zod';
import { MusterError } from '../../errors.ts';
import { messages } from '../../messages/messages.ts';
import type { Secret } from '../../secret.ts';

const PATIENCE_MS = 20_000;

/** What a controller knows of a member. */
export const ControlledMember = z.object({
  nodeId: z.string(),
  networkId: z.string(),
  config: z.object({
    authorized: z.boolean(),
    ipAssignments: z.array(z.string()).default([]),
  }),
});
export type ControlledMember = z.output<typeof ControlledMember>;

/** Whom a question is about, for what is said where it fails. */
export interface About {
  overlay: string;
  host: string;
}

export class Controller {
  readonly #address: string;
  readonly #token: Secret;
  readonly #network: string;

  /** `address` is where the API is, without a slash at its end. */
  constructor({ address, token, network }: { address: string; token: Secret; network: string }) {
    this.#address = address.replace(/\/+$/, '');
    this.#token = token;
    this.#network = network;
  }

  /** What it knows of a node; undefined where it knows nothing. Rejects with `overlay.controller`. */
  async member(node: string, about: About): Promise<ControlledMember | undefined> {
    const response = await this.#ask('GET', `/network/${this.#network}/member/${node}`, about);
    if (response.status !== 404) return this.#read(node, response, about);
    // Either is unknown; only the second is an answer.
    const { status } = await this.#ask('GET', `/network/${this.#network}`, about);
    if (status === 200) return undefined;
    throw this.#failed(status === 404 ? messages().overlay.reasons.noNetwork : this.#why(status), about);
  }

  /** Lets a node in or shuts it out, and sets its addresses where some are given; gives what the controller knows then. */
  async set(
    node: string,
    config: { authorized: boolean; ipAssignments?: string[] },
    about: About,
  ): Promise<ControlledMember> {
    const path = `/network/${this.#network}/member/${node}`;
    const response = await this.#ask('POST', path, about, { config });
    if (response.status === 404) throw this.#failed(messages().overlay.reasons.noNetwork, about);
    return this.#read(node, response, about);
  }

  async #ask(method: string, path: string, about: About, body?: unknown): Promise<Response> {
    try {
      return await fetch(`${this.#address}${path}`, {
        method,
        headers: {
          authorization: `token ${this.#token.reveal()}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        body: body === undefined ? undefined : JSON.stringify(body),
        // Another host than the one in the configuration gets no token.
        redirect: 'error',
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
    } catch (error) {
      throw this.#failed(messages().overlay.reasons.noController, about, error);
    }
  }

  async #read(node: string, response: Response, about: About): Promise<ControlledMember> {
    if (response.status !== 200) throw this.#failed(this.#why(response.status), about);
    const member = ControlledMember.safeParse(await response.json().catch(() => undefined)).data;
    if (member?.nodeId === node && member.networkId === this.#network) return member;
    throw this.#failed(messages().overlay.reasons.unreadable, about);
  }

  #why(status: number): string {
    const { reasons } = messages().overlay;
    return status === 401 || status === 403 ? reasons.refused : reasons.odd({ status });
  }

  #failed = (message: string, about: About, cause?: unknown): MusterError =>
    new MusterError('overlay.controller', { ...about, message }, { cause });
}
