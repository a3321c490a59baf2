import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import { PROXY, placedRegistries } from "../deterministic.ts";

/**
 * Both registries, at the addresses they have on every chain. The chain must have the deterministic deployment proxy,
 * and must not have the registries yet: where they may be there already, use `synod deploy`, which looks first.
 */
export default buildModule("Registries", (m) => {
  const { CommitteeRegistry, DecisionRegistry } = placedRegistries();
  const first = m.send("CreateCommitteeRegistry", PROXY, 0n, CommitteeRegistry.deployment);
  const second = m.send("CreateDecisionRegistry", PROXY, 0n, DecisionRegistry.deployment, { after: [first] });
  return {
    committeeRegistry: m.contractAt("CommitteeRegistry", CommitteeRegistry.address, { after: [first] }),
    decisionRegistry: m.contractAt("DecisionRegistry", DecisionRegistry.address, { after: [second] }),
  };
});
