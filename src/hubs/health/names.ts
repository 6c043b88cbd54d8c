/**
 * What components are called: `cloud`, `host/web-1`, `app/shop`, `app/shop/web@web-1` (a service of an app on a host), `check/NAME`,
 * `environment/NAME` (hosts and what runs on them), `worker/NAME`, `manager/NAME`, `platform/NAME`. Pure.
 */
import { printable } from '../../shell.ts';

export const CLOUD = 'cloud';

/** The longest name and detail that is kept, characters. */
const LONGEST_NAME = 100;
const LONGEST_DETAIL = 300;

/** A name from outside as part of a component's name: without what is not printed, and without what parts names. */
export const nameOf = (text: string): string =>
  printable(text)
    .replaceAll(/[/@#\s]+/g, '-')
    .slice(0, LONGEST_NAME) || '-';

/** Words from outside, as they may be shown. */
export const detailOf = (text: string | undefined): string | undefined =>
  text === undefined || text === ''
    ? undefined
    : printable(text).replaceAll('\n', ' ').slice(0, LONGEST_DETAIL);

export const hostId = (host: string): string => `host/${host}`;
export const environmentId = (environment: string): string => `environment/${environment}`;
export const appId = (app: string): string => `app/${app}`;
/** A service of an app on a host; `instance` where there are several of it there. */
export const serviceId = (app: string, service: string, host: string, instance?: string): string =>
  `app/${app}/${nameOf(service)}${instance === undefined ? '' : `#${nameOf(instance)}`}@${host}`;

/** The parts of a service's name; undefined for anything else. */
export function serviceOf(id: string): { app: string; service: string; host: string } | undefined {
  const [, app, service, host] = /^app\/([^/]+)\/([^@#]+)(?:#[^@]*)?@([^@]+)$/.exec(id) ?? [];
  return app && service && host ? { app, service, host } : undefined;
}

/** What a component is about, as routes of alerts and rights name it: `app/shop` for a service of it. */
export function subjectOf(id: string): string {
  const service = serviceOf(id);
  return service ? appId(service.app) : id;
}

/** The host without which it cannot be well. */
export function hostBelow(id: string): string | undefined {
  const service = serviceOf(id);
  return service && hostId(service.host);
}
