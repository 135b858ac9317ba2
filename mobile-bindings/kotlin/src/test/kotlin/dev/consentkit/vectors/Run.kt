package dev.consentkit.vectors

import dev.consentkit.ConsentEngine
import dev.consentkit.Env
import dev.consentkit.Event
import kotlinx.serialization.json.JsonObject

/** Runs one vector on an engine of its own; throws at the first thing that is not as it says. */
internal fun run(policy: JsonObject, vector: Vector) {
    if (vector.steps.isEmpty()) throw Misunderstood(vector.name, "a vector without steps shows nothing")
    val bindings = Bindings()
    var engine = ConsentEngine.open(policy.toString())
    try {
        for (step in vector.steps) {
            // A step may change the policy, as a site does between two visits: the engine starts anew.
            step.policy?.let { changed ->
                engine.close()
                engine = ConsentEngine.open(JsonObject(policy + changed).toString())
            }
            run(engine, step, bindings)
        }
    } finally {
        engine.close()
    }
}

private fun run(engine: ConsentEngine, step: Step, bindings: Bindings) {
    val event: Event = Reading(bindings).read(step.event, "${step.path}, event")
    val effects = engine.handle(event, Env(step.now, step.entropy))
    val matching = Matching(bindings)
    val path = "${step.path}, effects"
    when (val expected = step.expected) {
        is Expected.All -> matching.list(expected.patterns, effects, path)
        is Expected.Among -> {
            matching.includes(expected.includes, effects, path)
            matching.never(expected.never, effects, path)
        }
    }
}
