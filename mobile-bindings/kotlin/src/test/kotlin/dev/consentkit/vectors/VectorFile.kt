package dev.consentkit.vectors

import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.longOrNull
import java.io.File

/** One file of vectors. */
internal class VectorFile(val policy: JsonObject, val hasRules: Boolean, val vectors: List<Vector>) {
    companion object {
        fun read(file: File): VectorFile = parse(file.readText(), file.name) { file.resolveSibling(it).readText() }

        /** `load` reads a file by its path from the folder of this one. */
        fun parse(text: String, name: String, load: (String) -> String = { throw Misunderstood(name, "nothing to load $it from") }): VectorFile {
            val root = Fields(Json.parseToJsonElement(text), name, setOf("about", "policy", "policyFile", "rules", "vectors"))
            val policy = root.optional("policy") ?: Json.parseToJsonElement(load(root.text("policyFile")))
            val vectors = root.list("vectors").mapIndexed { at, vector -> Vector.parse(vector, "$name vectors[$at]") }
            return VectorFile(policy as? JsonObject ?: throw Misunderstood(name, "the policy is no object"), root.optional("rules") != null, vectors)
        }
    }
}

/** One story: events with the effects that each of them must have. */
internal class Vector(val name: String, val steps: List<Step>) {
    companion object {
        fun parse(json: JsonElement, path: String): Vector {
            val fields = Fields(json, path, setOf("name", "source", "steps"))
            val name = fields.text("name")
            return Vector(name, fields.list("steps").mapIndexed { at, step -> Step.parse(step, "$name, step ${at + 1}") })
        }
    }
}

/** What a step says of its effects: all of them, or some and none of certain others. */
internal sealed interface Expected {
    class All(val patterns: JsonArray) : Expected

    class Among(val includes: JsonArray, val never: List<JsonElement>) : Expected
}

/** One event at one moment. `policy` has the members of the policy that are different from here on. */
internal class Step(
    val path: String,
    val now: ULong,
    val entropy: ByteArray,
    val policy: JsonObject?,
    val event: JsonElement,
    val expected: Expected,
) {
    companion object {
        fun parse(json: JsonElement, path: String): Step {
            val fields = Fields(json, path, setOf("now", "entropy", "policy", "event", "expect", "includes", "never"))
            val now = (fields.required("now") as? JsonPrimitive)?.longOrNull?.takeIf { it >= 0 } ?: throw Misunderstood(path, "`now` is no time")
            val entropy = fields.optional("entropy")?.let { bytes(fields.text("entropy"), path) } ?: ByteArray(32)
            val policy = fields.optional("policy")?.let { it as? JsonObject ?: throw Misunderstood(path, "`policy` is no object") }
            return Step(path, now.toULong(), entropy, policy, fields.required("event"), expected(fields, path))
        }

        private fun expected(fields: Fields, path: String): Expected {
            if ((fields.optional("expect") == null) == (fields.optional("includes") == null)) throw Misunderstood(path, "either `expect` or `includes` is needed")
            val never = fields.optional("never")?.let { fields.list("never") }
            if (fields.optional("includes") != null) return Expected.Among(fields.list("includes"), never.orEmpty())
            if (never != null) throw Misunderstood(path, "`never` stands beside `includes`")
            return Expected.All(fields.list("expect"))
        }

        private fun bytes(hex: String, path: String): ByteArray {
            if (!Regex("[0-9a-fA-F]{64}").matches(hex)) throw Misunderstood(path, "`entropy` is not 64 hexadecimal digits")
            return hex.chunked(2).map { it.toInt(16).toByte() }.toByteArray()
        }
    }
}

/** The fields of an object of which all names must be known. */
internal class Fields(json: JsonElement, private val path: String, known: Set<String>) {
    private val json = json as? JsonObject ?: throw Misunderstood(path, "$json is no object")

    init {
        val unknown = this.json.keys - known
        if (unknown.isNotEmpty()) throw Misunderstood(path, "unknown $unknown")
    }

    fun optional(name: String): JsonElement? = json[name]

    fun required(name: String): JsonElement = json[name] ?: throw Misunderstood(path, "`$name` is missing")

    fun list(name: String): JsonArray = required(name) as? JsonArray ?: throw Misunderstood(path, "`$name` is no list")

    fun text(name: String): String =
        (required(name) as? JsonPrimitive)?.takeIf { it.isString }?.content ?: throw Misunderstood(path, "`$name` is no text")
}
