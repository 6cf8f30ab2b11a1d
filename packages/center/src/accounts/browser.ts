// Between the forms that our schemas check and the types of the WebAuthn library.

import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import type { Assertion, BrowserOptions, Registration } from '../contract/account.ts';

export const asOptions = (options: object): BrowserOptions => ({
  options: options as BrowserOptions['options'],
});

/** Extensions are neither asked for nor looked at. */
export function registrationOf(response: Registration): RegistrationResponseJSON {
  return { ...response, clientExtensionResults: {} } as RegistrationResponseJSON;
}

export function assertionOf(response: Assertion): AuthenticationResponseJSON {
  return { ...response, clientExtensionResults: {} } as AuthenticationResponseJSON;
}
