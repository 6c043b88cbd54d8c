/** What stands on the card of a run, and on that of a plan that waits for agreement. */
import type { Messages } from '../language.ts';
import { count, either } from './words.ts';

const approvers = (people: readonly string[]): string =>
  `${people.length === 1 ? 'hyväksynyt' : 'hyväksyneet'} ${people.join(', ')}`;

export const cards: Messages['cards'] = {
  waitsFor: (f) => `${f.title} · ${f.person} · odottaa lukkoa ${f.lock}`,
  held: (f) => `${f.holder} (${f.title}) on pitänyt sitä jo ${f.time}`,
  cancelling: (f) => `${f.by} perui, lopetetaan …`,
  undoing: (f) => `${f.time}, kumotaan tehtyä`,
  left: (f) => `${f.time}, jäljellä noin ${f.left}`,
  undo: (f) => `Kumoa: ${f.line}`,
  failed: (f) => `${f.title}: epäonnistui`,
  cancelled: (f) => `${f.title}: peruttu`,

  buttons: {
    log: 'Loki',
    cancel: 'Peruuta',
    why: 'Miksi',
    retry: 'Yritä uudelleen',
    undo: 'Kumoa',
    keep: 'Pidä',
    confirm: 'Vahvista',
    approve: 'Hyväksy',
    refuse: 'Hylkää',
    plan: 'Näytä suunnitelma',
  },

  request: {
    plan: (f) => `Suunnitelma ${f.hash}: ${f.line}`,
    drifted:
      'Suunnitelma on muuttunut hyväksymisen jälkeen: hyväksynnät eivät enää päde. Tämä on nykyinen suunnitelma.',
    toConfirm: (f) => `${f.what} · odottaa vahvistusta`,
    confirm: (f) => `/confirm ${f.id} (aikaa ${f.until}) tai /refuse ${f.id}`,
    needs: (f) =>
      `${f.what} · tarvitaan ${count(f.left, 'hyväksyntä', 'hyväksyntää')}${
        f.approvals.length > 0 ? ` (${approvers(f.approvals)})` : ''
      }`,
    rule: (f) => `${f.rule}: hyväksyjäksi rooli ${either(f.roles)}, ei kuitenkaan ${f.by}; aikaa ${f.until}`,
    approve: (f) => `/approve ${f.id} tai /refuse ${f.id}`,
    granted: (f) => `${f.what} · ${f.approvals.length > 0 ? approvers(f.approvals) : 'vahvistettu'}`,
    stopped: (f) =>
      `${f.what} · ${f.approvals.length > 0 ? approvers(f.approvals) : 'vahvistettu'}, mutta mitään ei aloitettu`,
    refused: (f) => `${f.what} · ${f.by} hylkäsi`,
    expired: (f) => `${f.what} · kukaan ei päättänyt ajoissa`,
    again: (f) => `${f.line}, jos haluat pyytää uudelleen`,
    destroys: 'tuhoava komento vahvistetaan',
  },
};
