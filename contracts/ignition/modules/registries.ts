import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import { PROXY, placedRegistries } from "../deterministic.ts";

/**
 * Both registries and what reads policies, at the addresses they have on every chain. The chain must have the deterministic deployment proxy,
 * and must not have the registries yet: where they may be there already, use `synod deploy`, which looks first.
 */
export default buildModule("Registries", (m) => {
  const { PolicyEngine, CommitteeRegistry, DecisionRegistry } = placedRegistries();
  const engine = m.send("CreatePolicyEngine", PROXY, 0n, PolicyEngine.deployment);
  const first = m.send("CreateCommitteeRegistry", PROXY, 0n, CommitteeRegistry.deployment);
  const second = m.send("CreateDecisionRegistry", PROXY, 0n, DecisionRegistry.deployment, { after: [engine, first] });
  return {
    policyEngine: m.contractAt("PolicyEngine", PolicyEngine.address, { after: [engine] }),
    committeeRegistry: m.contractAt("CommitteeRegistry", CommitteeRegistry.address, { after: [first] }),
    decisionRegistry: m.contractAt("DecisionRegistry", DecisionRegistry.address, { after: [second] }),
  };
});
