// The attacks: each is carried out on real bytes, on disk or on the wire, with the real keys of whoever is
// corrupt in it, and must be refused for its own reason, by the agent that was built or by `vitrine verify`.

import { readFile } from 'node:fs/promises';
import { signPolicy } from '@vitrine/evidence';
import { buildAltered } from './altered.ts';
import type { Chain } from './chain.ts';
import { hideHold } from './false-publication.ts';
import { doubled, stripped, twoOfFour, withUnloggedRelease } from './forgeries.ts';
import { forkedEvidence } from './fork.ts';
import { updateADayLater } from './frozen.ts';
import { Scene } from './scene.ts';
import type { Stage } from './stage.ts';
import { signedByVendorAlone } from './two-vendor-keys.ts';
import { withdrawAgent } from './withdrawn.ts';

export async function runAttacks(stage: Stage, chain: Chain): Promise<void> {
  const scene = await Scene.open(chain);
  try {
    await onTheWire(stage, scene);
    await byTheVendor(stage, scene);
  } finally {
    await scene.close();
  }
}

/** A mirror, a proxy, a stolen machine: whoever stands between vendor and endpoint. */
async function onTheWire(stage: Stage, scene: Scene): Promise<void> {
  const { agent, chain } = scene;
  const publication = await scene.publication();

  await stage.attack('artifact with one byte flipped', 'endpoint.artifact', async () =>
    scene.updateWith({ [agent.target]: flipped(await scene.served(agent.target)) }),
  );

  await stage.attack('evidence of another artifact', 'verdict.artifact', async () =>
    scene.updateWith({ [agent.evidence]: await readFile(chain.files.evidence) }),
  );

  await stage.attack('publication missing', 'verdict.no-publication', () =>
    scene.updateWith({ [publication]: undefined }),
  );

  await stage.attack('too few witnesses', 'verdict.quorum', async () =>
    scene.updateWith({ [publication]: await stripped(await scene.served(publication), chain.cast) }),
  );

  await stage.attack('one cosignature twice towards the quorum', 'note.duplicate', async () =>
    scene.updateWith({ [publication]: await doubled(await scene.served(publication), chain.cast) }),
  );

  await stage.attack('metadata rolled back', 'tuf.rollback', () =>
    scene.updateWith({ 'metadata/timestamp.json': chain.olderTimestamp }, (victim) =>
      victim.must(['update']),
    ),
  );

  await stage.attack('metadata frozen for longer than maxAge', 'verdict.stale', () => updateADayLater(scene));

  await stage.attack('replayed older publication', 'verdict.rollback', async () =>
    scene.verify({ publication: chain.olderPublication, state: await scene.stateCopy() }),
  );

  await stage.attack('file of another product', 'verdict.expected', () => scene.verify({ product: 'agent' }));
}

/** The vendor itself, with all its keys, and whoever colludes with it as far as each attack says. */
async function byTheVendor(stage: Stage, scene: Scene): Promise<void> {
  const { agent, chain } = scene;

  await stage.attack('statement that is not in the log', 'merkle.inclusion', async () =>
    scene.updateWith({
      [agent.evidence]: await withUnloggedRelease(await scene.served(agent.evidence), chain.cast),
    }),
  );

  await stage.attack('witness policy of two of four', 'policy.quorum', async () => {
    const policyFile = await scene.write(
      'two-of-four.json',
      await signPolicy(await twoOfFour(chain.cast, scene.folder), await chain.cast.rootSigners()),
    );
    const { services, platform } = chain;
    const where = { repository: services.urls.repository, log: services.urls.log, platform };
    return scene.endpointIn(`${scene.folder}/endpoint-misled`).enrol({ ...chain.cast, policyFile }, where);
  });

  await stage.attack('forked log, both heads cosigned', 'verdict.fork', async () => {
    const fork = await forkedEvidence(chain, `${scene.folder}/fork`);
    return scene.verify({
      evidence: await scene.write('forked.json', fork.evidence),
      state: await scene.stateCopy(),
      log: fork.log,
    });
  });

  await stage.attack('build from altered source', 'verdict.differs', async () => {
    const altered = await buildAltered(chain);
    return scene.verify({
      artifact: await scene.write('altered.mjs', altered.artifact),
      evidence: await scene.write('altered.json', altered.evidence),
    });
  });

  await stage.attack('hold left out of "active"', 'publication-active', () => hideHold(scene));

  await stage.attack('two vendor keys instead of vendor and supervisor', 'tuf.operators', async () =>
    scene.updateWith(await signedByVendorAlone(chain)),
  );

  await stage.attack('withdrawn release', 'verdict.withdrawn', () => withdrawAgent(scene));
}

function flipped(bytes: Uint8Array): Uint8Array {
  const middle = bytes.length >> 1;
  return bytes.with(middle, (bytes[middle] ?? 0) ^ 1);
}
