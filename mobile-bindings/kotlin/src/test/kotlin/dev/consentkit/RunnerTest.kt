package dev.consentkit

import dev.consentkit.vectors.Manifest
import dev.consentkit.vectors.Mismatch
import dev.consentkit.vectors.Misunderstood
import dev.consentkit.vectors.VectorFile
import dev.consentkit.vectors.run
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.DynamicTest
import org.junit.jupiter.api.DynamicTest.dynamicTest
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.TestFactory
import org.junit.jupiter.api.assertThrows

/** The runner itself: what is right passes, and every kind of mistake in a vector is seen. */
class RunnerTest {
    @Test
    fun `a vector that is right passes`() = runFile(GOOD)

    @TestFactory
    fun `a wrong expectation fails`(): List<DynamicTest> = listOf(
        """"granted": []""" to """"granted": ["analytics"]""",
        """"format": 1""" to """"format": "1"""",
        """"ask": true""" to """"ask": false""",
        """"keep": true""" to """"keep": null""",
        """"suppressed": null""" to """"suppressed": "COOL_DOWN"""",
        """"reason": "FIRST_VISIT"""" to """"reason": "NEW_PURPOSE"""",
        """{ "snapshot": { "snapshot": { "key": "${'$'}key"""" to """{ "log": {} }, { "snapshot": { "snapshot": { "key": "${'$'}key"""",
        """{ "snapshot": { "keep": true""" to """{ "wake": { "after": 1""",
        """"policy": 1, "key": "${'$'}key"""" to """"policy": 1, "key": "${'$'}stamp"""",
        """{ "forget": { "nonce": "*" } }, """ to "",
        """"records": [{ "id": "${'$'}id"""" to """"records": [{ "id": "${'$'}bytes"""",
        """"changed": ["analytics"]""" to """"changed": []""",
        """{ "snapshot": "*" }, {""" to """{ "view": "*" }, {""",
        """{ "key": "analytics", "granted": false }""" to """{ "key": "analytics", "granted": true }""",
        """{ "key": "analytics", "granted": false }""" to """{ "key": "analytics", "granted": false }, { "key": "ads" }""",
        """"never": [{ "log": "*" }]""" to """"never": [{ "log": "*" }, { "view": { "view": { "items": { "some": [{ "key": "analytics" }] } } } }]""",
    ).map { (from, to) -> dynamicTest(to.ifEmpty { "one effect less" }) { assertThrows<Mismatch> { runFile(changed(from, to)) } } }

    @TestFactory
    fun `a name that nobody knows fails`(): List<DynamicTest> = listOf(
        """"about": "x"""" to """"abuot": "x"""",
        """"name": "first"""" to """"name": "first", "steep": []""",
        """"now": 1795424400000""" to """"now": 1795424400000, "clock": 1""",
        """"region": "DE"""" to """"region": "DE", "city": "Kiel"""",
        """{ "open": {""" to """{ "opened": {""",
        """"keep": true""" to """"keep": true, "kept": true""",
        """"format": 1""" to """"format": 1, "form": 1""",
        """{ "view": { "view": { "prompt": { "kind": "required"""" to """{ "sight": { "view": { "prompt": { "kind": "required"""",
        """"kind": "required"""" to """"kind": "demanded"""",
        """{ "saved": { "id": "${'$'}id"""" to """{ "saved": { "id": "${'$'}unbound"""",
        """{ "saved": { "id": "${'$'}id", "ok": true }""" to """{ "saved": { "id": "${'$'}id" }""",
        """{ "wake": {} }""" to """{ "wake": { "after": 1 } }""",
        """"expect": []""" to """"never": []""",
        """"expect": []""" to """"expect": [], "includes": []""",
        """"expect": []""" to """"expect": [], "never": []""",
        """"never": [{ "log": "*" }]""" to """"never": [{ "lgo": "*" }]""",
        """"never": [{ "log": "*" }]""" to """"never": [{ "snapshot": { "kept": "*" } }]""",
        """{ "some": [{ "key": "analytics"""" to """{ "more": [], "some": [{ "key": "analytics"""",
    ).map { (from, to) -> dynamicTest(to) { assertThrows<Misunderstood> { runFile(changed(from, to)) } } }

    @Test
    fun `a vector that got lost is missed`() {
        val expected = Manifest.parse("""{ "about": "x", "files": { "a.json": 2, "b.json": 1 } }""")
        assertEquals(emptyList<String>(), Manifest.missing(expected, mapOf("a.json" to 2, "b.json" to 5, "new.json" to 1)))
        assertEquals(listOf("a.json: 1 vectors of 2", "b.json: 0 vectors of 1"), Manifest.missing(expected, mapOf("a.json" to 1)))
    }

    private fun runFile(text: String) = VectorFile.parse(text, "test").let { file -> file.vectors.forEach { run(file.policy, it) } }

    private fun changed(from: String, to: String): String {
        check(from in GOOD) { "nothing to replace: $from" }
        return GOOD.replaceFirst(from, to)
    }

    private companion object {
        val GOOD = """
            { "about": "x", "policy": $SHOP, "vectors": [ { "name": "first", "source": "this test", "steps": [
              { "now": 1795424400000, "event": { "open": { "context": { "region": "DE" }, "stored": {} } }, "expect": [
                { "snapshot": { "keep": true, "snapshot": { "format": 1, "policy": 1, "key": "${'$'}key", "granted": [], "ask": true } } },
                { "view": { "view": { "prompt": { "kind": "required", "suppressed": null, "items": [{ "item": "analytics", "reason": "FIRST_VISIT" }] },
                  "stamp": "${'$'}stamp", "banner": { "accept": "${'$'}yes" } } } } ] },
              { "now": 1795424401000, "event": { "intent": { "saved": true, "intent": { "nonce": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                  "kind": "choice", "at": 1795424401000, "stamp": "${'$'}stamp", "actor": "subject", "control": "banner.accept", "answers": "${'$'}yes" } } }, "expect": [
                { "snapshot": { "snapshot": { "key": "${'$'}key", "granted": ["analytics"], "heads": "${'$'}heads" } } },
                { "notify": { "what": "firstConsent", "changed": ["analytics"], "control": "*" } }, "*", { "cookie": "*" }, { "save": { "record": { "id": "${'$'}id", "bytes": "${'$'}bytes", "acked": false } } } ] },
              { "now": 1795424402000, "event": { "saved": { "id": "${'$'}id", "ok": true } }, "expect": [
                { "forget": { "nonce": "*" } }, { "send": { "records": [{ "id": "${'$'}id", "bytes": "${'$'}bytes" }] } } ] },
              { "now": 1795424403000, "event": { "wake": {} }, "expect": [] },
              { "now": 1795424404000, "policy": { "version": 2 }, "event": { "open": { "context": { "region": "DE" }, "stored": {
                  "records": [{ "id": "${'$'}id", "bytes": "${'$'}bytes" }] } } }, "expect": [
                { "snapshot": { "snapshot": { "policy": 2, "granted": ["analytics"], "heads": "${'$'}heads" } } }, "*", "*", "*", "*" ] },
              { "now": 1795424405000, "policy": {}, "event": { "open": { "context": { "region": "DE" }, "stored": {} } }, "includes": [
                { "snapshot": "*" }, { "view": { "view": { "items": { "some": [{ "key": "analytics", "granted": false }] } } } } ], "never": [{ "log": "*" }] } ] } ] }
        """.trimIndent()
    }
}
