/** The API of `muster start`: it listens as long as the configuration has tokens, and follows what is changed there. */
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import type { Alarms } from '../alarm.ts';
import { type ApiParts, openApi } from '../api/api.ts';
import type { Api, Pem } from '../api/serve.ts';
import { Tokens } from '../api/tokens.ts';
import type { Config } from '../config/config.ts';
import { findSecret } from '../config/secret-text.ts';
import { asMusterError, MusterError } from '../errors.ts';
import { hostAndPort } from '../host-port.ts';
import { messages } from '../messages/messages.ts';

/** How often it is looked whether something else is wanted, and whether there are other secrets and another certificate, ms. */
const EVERY = { look: 1_000, renew: 60_000 };
const KEY = `api/${hostname()}`;

export interface ApiHouse extends Omit<ApiParts, 'tokens'> {
  alerts: Alarms;
  environment: Readonly<Record<string, string | undefined>>;
  /** As `EVERY` by default. */
  every?: typeof EVERY;
}

/** Opens the API where there is to be one, also when that is written later, and closes it where there is none any more. */
export async function keepApi(house: ApiHouse): Promise<{ close(): Promise<void> }> {
  const kept = new KeptApi(house);
  await kept.look();
  const timer = setInterval(() => void kept.look(), (house.every ?? EVERY).look);
  return {
    async close() {
      clearInterval(timer);
      await kept.close();
    },
  };
}

class KeptApi {
  readonly #house: ApiHouse;
  #tokens: Tokens | undefined;
  #api: Api | undefined;
  /** As it was opened. */
  #place = '';
  #pem: Pem | undefined;
  #looked: Config | undefined;
  #renewed = 0;
  /** Unknown at first: an alert of the process before may still stand. */
  #trouble: string | undefined;
  #looking: Promise<void> | undefined;
  #closed = false;

  constructor(house: ApiHouse) {
    this.#house = house;
  }

  /** Makes it what it is to be; never rejects. */
  look(): Promise<void> {
    this.#looking ??= this.#look()
      .catch((err) => this.#house.log.error({ err }, 'the API could not be looked after'))
      .finally(() => {
        this.#looking = undefined;
      });
    return this.#looking;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#looking;
    await this.#end();
  }

  async #look(): Promise<void> {
    const config = this.#house.config();
    const known = config === this.#looked && (this.#api !== undefined || !isWanted(config));
    const { renew } = this.#house.every ?? EVERY;
    if (this.#closed || (known && performance.now() - this.#renewed < renew)) return;
    this.#renewed = performance.now();
    try {
      this.#tokens = await this.#read(config);
      await this.#follow(config);
      await this.#told(this.#tokens?.troubles ?? []);
    } catch (thrown) {
      await this.#told([asMusterError(thrown)]);
    }
    this.#looked = config;
  }

  #read(config: Config): Promise<Tokens> {
    const { environment, scrubber } = this.#house;
    return Tokens.of(config, async (text, path) => {
      const secret = await findSecret(text, { path, folder: config.folder, environment });
      scrubber.learn(secret);
      return secret;
    });
  }

  async #follow(config: Config): Promise<void> {
    const { listen, tls } = config.api;
    const place = isWanted(config) ? JSON.stringify([listen, tls]) : '';
    if (place !== this.#place) await this.#end();
    const at = hostAndPort(listen);
    if (place === '' || !at) return;
    const pem = tls && (await readPem(config.folder, tls));
    if (!this.#api) {
      const tokens = () => this.#tokens as Tokens;
      this.#api = await openApi({ ...this.#house, tokens }, at, pem);
      this.#place = place;
      this.#house.log.info({ listen, tls: pem !== undefined }, 'the API listens');
    } else if (pem && this.#pem && !(pem.cert.equals(this.#pem.cert) && pem.key.equals(this.#pem.key))) {
      this.#api.renew(pem);
      this.#house.log.info('the API shows another certificate');
    }
    this.#pem = pem;
  }

  async #end(): Promise<void> {
    const api = this.#api;
    this.#api = undefined;
    this.#place = '';
    await api?.close();
  }

  /** Raises an alert where something is wrong that was not known, and clears it. */
  async #told(troubles: readonly MusterError[]): Promise<void> {
    const { alerts, log } = this.#house;
    const [first] = troubles;
    const trouble = troubles.map(({ message }) => message).join('\n');
    if (trouble === this.#trouble) return;
    if (!first) await alerts.clear(KEY);
    else {
      const { down, up } = messages().api;
      log.error({ reasons: troubles.map(({ message }) => message) }, 'the API is not as it should be');
      await alerts.raise({
        ...{ key: KEY, severity: 'warning', cause: 'api.down', subject: KEY },
        ...{ summary: down, over: up, lines: trouble.split('\n'), hint: first.hint },
      });
    }
    this.#trouble = trouble;
  }
}

const isWanted = ({ api }: Config): boolean => Object.keys(api.tokens).length > 0;

/** Rejects with `api.certificate`. */
async function readPem(folder: string, tls: { certificate: string; key: string }): Promise<Pem> {
  try {
    const [cert, key] = await Promise.all(
      [tls.certificate, tls.key].map((file) => readFile(resolve(folder, file))),
    );
    return { cert: cert as Buffer, key: key as Buffer };
  } catch (error) {
    throw new MusterError('api.certificate', { message: (error as Error).message }, { cause: error });
  }
}
