// vitrine supervisor requests, approve, deny: who wants to read what a data center keeps, and what the
// operator of a supervisor says to it. They act on the folder, beside the daemon that runs in it.

import type { Command } from 'commander';
import { formatTime, fromUtf8, type JsonObject } from '@vitrine/evidence';
import { approveRequest, denyRequest, openRequests, type DeskRequest } from '@vitrine/supervisor';
import { command, required } from '../command.ts';
import { readFile } from '../files.ts';
import { rangesOf } from '../ranges.ts';
import type { Terminal } from '../terminal.ts';

function summaryOf({ signed, state, received, decided, why, commitment }: DeskRequest): JsonObject {
  const { center, ledger, who, why: reason, records, keys, until } = signed.request;
  return {
    request: signed.digest,
    state,
    center,
    ledger,
    who,
    why: reason,
    records: records.map(({ index }) => index),
    keys: keys.length,
    until,
    received: formatTime(received / 1000),
    decided: decided === undefined ? null : formatTime(decided / 1000),
    decision: why ?? null,
    commitment: commitment ?? null,
  };
}

function show(request: DeskRequest, terminal: Terminal): void {
  const { signed, state, why } = request;
  const { center, who, why: reason, records, keys, until } = signed.request;
  terminal.line(`${signed.digest.slice(0, 16)}  ${state}`);
  terminal.line(`  center   ${center}`);
  terminal.line(`  who      ${who}`);
  // Each line of a stranger's text is indented, so that none of it looks like ours.
  for (const line of reason.split('\n')) terminal.line(`  why      ${line}`);
  terminal.line(`  records  ${rangesOf(records.map(({ index }) => index))}`);
  terminal.line(`  keys     ${keys.length}: each opens all that its subject sent on that day`);
  terminal.line(`  until    ${until}`);
  if (why !== undefined) terminal.line(`  we said  ${why}`);
}

export function deskCommands(): readonly Command[] {
  return [
    command({
      usage: 'requests <folder>',
      summary: 'what data centers want to read: who, why, which records, until when',
      run: async ({ args: [folder = ''], terminal }) => {
        const requests = openRequests(folder);
        if (terminal.json) terminal.document(requests.map(summaryOf));
        if (requests.length === 0) terminal.line('no data center has asked for anything');
        for (const request of requests) show(request, terminal);
        return 0;
      },
    }),
    command({
      usage: 'approve <folder> <request>',
      summary: 'grant a request: the daemon logs it, and then gives the shares',
      example: 'vitrine supervisor approve supervisor-a 4f0c2a91',
      run: async ({ args: [folder = '', id = ''], terminal }) => {
        const request = approveRequest(folder, id);
        if (terminal.json) terminal.document({ ...summaryOf(request), state: 'approved' });
        const { records, until } = request.signed.request;
        terminal.line(`approved  ${request.signed.digest}`);
        terminal.line(`records ${rangesOf(records.map(({ index }) => index))} until ${until}`);
        terminal.line('the grant goes to the log, and no share leaves before it stands there');
        return 0;
      },
    }),
    command<{ readonly why: string }>({
      usage: 'deny <folder> <request>',
      summary: 'deny a request, or end a grant: no share leaves any more',
      options: [required('--why <file>', 'the reason, for the requester alone')],
      example: 'vitrine supervisor deny supervisor-a 4f0c2a91 --why why.txt',
      run: async ({ args: [folder = '', id = ''], options, terminal }) => {
        const why = fromUtf8(await readFile(options.why, 2_000)).trim();
        const { request, state } = denyRequest(folder, id, why);
        if (terminal.json) terminal.document({ ...summaryOf(request), state, decision: why });
        terminal.line(`${state}  ${request.signed.digest}`);
        return 0;
      },
    }),
  ];
}
