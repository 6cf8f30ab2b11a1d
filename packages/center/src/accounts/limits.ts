import { defaults, type CenterSettings } from '../settings.ts';
import type { SessionLimits } from './sessions.ts';

export function sessionLimitsOf(settings: CenterSettings | undefined): SessionLimits {
  const { idleMinutes, hours } = settings?.sessions ?? {};
  return {
    idleMs: idleMinutes === undefined ? defaults.idleMs : idleMinutes * 60_000,
    mostMs: hours === undefined ? defaults.sessionMs : hours * 3_600_000,
  };
}
