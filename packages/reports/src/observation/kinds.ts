// Every kind of observation: exactly these fields, facts apart from what is personal (D18, D21). The
// pipeline sees facts alone; both together are the record that its subject can have, and have erased.

import { fields, fromBase64, schema, type Schema } from '@vitrine/evidence';
import {
  field,
  objectOfFields,
  optionalField,
  type Fields,
  type FieldsOf,
  type RetentionClass,
} from '../consent/field.ts';
import * as form from './forms.ts';
import { sampleLimits, type SampleCategory } from './sample.ts';

/** Digests are SHA-256 in hex, days and times in UTC. */
interface Forms {
  readonly 'file-seen': {
    readonly facts: {
      readonly object: string;
      readonly size: number;
      readonly format: form.FileFormat;
      readonly seen: string;
      readonly signer?: string;
      readonly arrived: 'web' | 'mail' | 'removable' | 'network' | 'local' | 'unknown';
    };
    readonly personal: { readonly name?: string; readonly path?: string; readonly at?: string };
  };
  readonly detection: {
    readonly facts: {
      readonly object: string;
      readonly size: number;
      readonly rule: string;
      readonly database: number;
      readonly action: 'blocked' | 'quarantined' | 'reported' | 'allowed';
      readonly seen: string;
    };
    readonly personal: { readonly name?: string; readonly path?: string; readonly at?: string };
  };
  readonly contact: {
    readonly facts: {
      readonly domain: string;
      readonly port: number;
      readonly by?: string;
      readonly action: 'blocked' | 'reported' | 'allowed';
      readonly seen: string;
    };
    readonly personal: { readonly url?: string; readonly at?: string };
  };
  readonly behaviour: {
    readonly facts: {
      readonly object: string;
      readonly what:
        | 'credential-access'
        | 'disable-protection'
        | 'mass-encryption'
        | 'persistence'
        | 'privilege-escalation'
        | 'process-injection';
      readonly rule: string;
      readonly parent?: string;
      readonly times: number;
      readonly seen: string;
    };
    readonly personal: { readonly command?: string; readonly path?: string; readonly at?: string };
  };
  readonly sample: {
    readonly facts: {
      readonly object: string;
      readonly size: number;
      readonly category: SampleCategory;
      readonly piece: number;
      readonly seen: string;
    };
    readonly personal: { readonly data: string; readonly yes?: string };
  };
}

export type ObservationKindName = keyof Forms;

/** One thing seen: what a record is made of. */
export type Observation = {
  readonly [Name in ObservationKindName]: { readonly kind: Name } & Forms[Name];
}[ObservationKindName];

export interface ObservationKind<Facts, Personal> {
  readonly retention: RetentionClass;
  /** What it is, in the words of the screen that asks. */
  readonly plain: string;
  readonly facts: FieldsOf<Facts>;
  readonly personal: FieldsOf<Personal>;
}

const object = field(fields.sha256Hex, 'protect', 'the SHA-256 digest of the file');
const seen = field(form.day, 'measure', 'the day on which it was seen');
const exactTime = optionalField(fields.time, 'explain', 'the exact time');

export const observationKinds: {
  readonly [Name in ObservationKindName]: ObservationKind<Forms[Name]['facts'], Forms[Name]['personal']>;
} = {
  'file-seen': {
    retention: 'facts',
    plain: 'a file that was new on this computer',
    facts: {
      object,
      size: field(form.fileSize, 'protect', 'its size'),
      format: field(form.format, 'protect', 'its kind, for example program or document'),
      seen,
      signer: optionalField(fields.sha256Hex, 'protect', 'the digest of the certificate that signed it'),
      arrived: field(
        schema.oneOf('web', 'mail', 'removable', 'network', 'local', 'unknown'),
        'protect',
        'by which way it arrived, for example web or mail',
      ),
    },
    personal: {
      name: optionalField(form.fileName, 'explain', 'the name of the file'),
      path: optionalField(form.path, 'explain', 'the folder in which it lies'),
      at: exactTime,
    },
  },
  detection: {
    retention: 'facts',
    plain: 'a file that was recognised as dangerous',
    facts: {
      object,
      size: field(form.fileSize, 'protect', 'its size'),
      rule: field(form.rule, 'explain', 'the rule that recognised it'),
      database: field(fields.index, 'explain', 'the version of the database with that rule'),
      action: field(
        schema.oneOf('blocked', 'quarantined', 'reported', 'allowed'),
        'measure',
        'what was done with it',
      ),
      seen,
    },
    personal: {
      name: optionalField(form.fileName, 'explain', 'the name of the file'),
      path: optionalField(form.path, 'explain', 'the folder in which it lay'),
      at: exactTime,
    },
  },
  contact: {
    retention: 'traces',
    plain: 'a suspicious address that a program contacted',
    facts: {
      domain: field(form.domain, 'protect', 'the domain'),
      port: field(form.port, 'protect', 'the port'),
      by: optionalField(fields.sha256Hex, 'protect', 'the SHA-256 digest of the program'),
      action: field(schema.oneOf('blocked', 'reported', 'allowed'), 'measure', 'what was done about it'),
      seen,
    },
    personal: {
      url: optionalField(form.url, 'explain', 'the whole address, with its path'),
      at: exactTime,
    },
  },
  behaviour: {
    retention: 'traces',
    plain: 'a program that behaved suspiciously',
    facts: {
      object,
      what: field(
        schema.oneOf(
          'credential-access',
          'disable-protection',
          'mass-encryption',
          'persistence',
          'privilege-escalation',
          'process-injection',
        ),
        'protect',
        'what it did, from a fixed list',
      ),
      rule: field(form.rule, 'explain', 'the rule that noticed it'),
      parent: optionalField(fields.sha256Hex, 'protect', 'the SHA-256 digest of the program that started it'),
      times: field(schema.integer(1, 1_000_000), 'measure', 'how often'),
      seen,
    },
    personal: {
      command: optionalField(form.commandLine, 'explain', 'the command line with which it was started'),
      path: optionalField(form.path, 'explain', 'the folder in which it lies'),
      at: exactTime,
    },
  },
  sample: {
    retention: 'samples',
    plain: 'a suspicious file itself, in pieces',
    facts: {
      object,
      size: field(schema.integer(1, sampleLimits.bytes), 'analyse', 'its size'),
      category: field(
        schema.oneOf('program', 'script', 'document', 'archive', 'other'),
        'analyse',
        'its kind: all but programs and scripts need your yes for this very file',
      ),
      piece: field(schema.integer(0, sampleLimits.pieces - 1), 'analyse', 'which piece this is'),
      seen,
    },
    personal: {
      data: field(sampleData(), 'analyse', 'the content of the piece'),
      yes: optionalField(fields.time, 'analyse', 'when you said yes to sharing this very file'),
    },
  },
};

function sampleData(): Schema<string> {
  const most = Math.ceil(sampleLimits.piece / 3) * 4;
  return schema.where(schema.text(/^[A-Za-z0-9+/]+={0,2}$/, most, 'base64 of up to 256 KiB'), (value) => {
    try {
      fromBase64(value);
      return undefined;
    } catch {
      return 'base64 of up to 256 KiB';
    }
  });
}

/** A kind whose fields nobody has looked at one by one. */
export interface AnyKind {
  readonly retention: RetentionClass;
  readonly plain: string;
  readonly facts: Fields;
  readonly personal: Fields;
}

/** The strict check of one kind, made from its fields. */
export const observationSchemas: Readonly<Record<ObservationKindName, Schema<Observation>>> =
  Object.fromEntries(
    Object.entries<AnyKind>(observationKinds).map(([name, { facts, personal }]) => [
      name,
      schema.object({
        kind: schema.oneOf(name),
        facts: objectOfFields(facts),
        personal: objectOfFields(personal),
      }) as unknown as Schema<Observation>,
    ]),
  ) as Record<ObservationKindName, Schema<Observation>>;

export function isObservationKind(name: unknown): name is ObservationKindName {
  return typeof name === 'string' && Object.hasOwn(observationKinds, name);
}
