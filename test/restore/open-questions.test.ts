import assert from 'node:assert/strict';
import { test } from 'node:test';
import { googleRole } from '../../src/core/roles/google-roles.ts';
import { createStage } from './stage.ts';

for (const flowHookFlows of ['checked', 'unchecked'] as const) {
  test(`a flow hook whose shared flow is deployed nowhere is sent, and a refusal is told (${flowHookFlows})`, async (t) => {
    const stage = await createStage(t, { switches: { flowHookFlows: 'unchecked' } });
    const hook = ['environments', 'prod', 'flowhooks', 'PostTargetFlowHook'];
    const target = stage.simulator.target();
    target.put(hook, { sharedFlow: 'legacy-logging', description: 'where every call ends' });
    const standing = target.get(hook);
    const backup = await stage.json('backup', ['backup', '--only', 'environments/prod/flowhooks/*']);
    assert.equal(backup.exit, 0, backup.stderr);
    target.delete(hook);
    stage.simulator.setSwitches({ flowHookFlows });
    const only = ['--only', 'environments/prod/flowhooks/*'];
    const plan = await stage.json('plan', ['plan', '--point', backup.document.point, ...only, '--out', 'plan.json']);
    const told = plan.document.cannotRestore.map(({ code, next }) => `${code} ${next}`);
    assert.match(
      told.join(),
      /^NEED_MISSING Create \S+\/legacy-logging\/deployment first, if the call .* is refused\.$/,
    );
    const applied = await stage.json('apply', ['apply', 'plan.json', '--yes']);
    const results = applied.document.resources.map(({ id, result, why }) => `${result} ${id} ${why ?? ''}`);
    if (flowHookFlows === 'unchecked') {
      assert.deepEqual([applied.exit, target.get(hook)], [0, standing], results.join());
    } else {
      assert.equal(applied.exit, 3);
      assert.match(results.join(), /^failed environments\/prod\/flowhooks\/PostTargetFlowHook .*is not deployed/);
      assert.equal(target.get(hook)['sharedFlow'], undefined);
    }
  });
}

for (const spacesInLists of ['left-out', 'listed'] as const) {
  test(`an identity that may not see spaces makes a partial point that says what may be missing (${spacesInLists})`, async (t) => {
    const stage = await createStage(t, { switches: { spacesInLists } });
    const { permissions } = googleRole('capture');
    const reach = new Set(permissions.filter((name) => !name.startsWith('apigee.spaces.')));
    stage.simulator.setTokens({ authority: () => reach });
    const kinds = ['space', 'proxy', 'shared-flow', 'api-product'].flatMap((kind) => ['--kinds', kind]);
    const { exit, document, stderr } = await stage.json('backup', ['backup', ...kinds]);
    assert.equal(exit, 3, stderr);
    const captured = (name: string): number => document.ledger.find(({ kind }) => kind === name)?.captured ?? -1;
    const notes = (name: string): string => document.ledger.find(({ kind }) => kind === name)?.notes.join() ?? '';
    assert.equal(document.ledger.find(({ kind }) => kind === 'space')?.denied, 1);
    const isHidden = spacesInLists === 'left-out' ? 1 : 0;
    for (const [name, all] of [
      ['proxy', 12],
      ['shared-flow', 4],
      ['api-product', 14],
    ] as const) {
      assert.equal(captured(name), all - isHidden, name);
      assert.match(notes(name), /spaces that the identity may not see is not listed/);
    }
  });
}
