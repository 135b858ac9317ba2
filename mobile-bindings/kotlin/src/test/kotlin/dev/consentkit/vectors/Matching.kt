package dev.consentkit.vectors

import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.booleanOrNull
import kotlin.reflect.KClass

/** An effect that is not as the vector says. */
class Mismatch(path: String, expected: Any?, actual: Any?) : AssertionError("$path: expected $expected, got $actual")

/**
 * Compares typed effects with JSON patterns: an object names the fields that count, a list counts whole
 * unless the pattern is `{"some": […]}`.
 */
internal class Matching(private val bindings: Bindings) {
    fun list(patterns: JsonArray, actual: List<*>, path: String) {
        if (patterns.size != actual.size) throw Mismatch(path, "${patterns.size} of them: $patterns", "${actual.size}: $actual")
        patterns.zip(actual).forEachIndexed { at, (pattern, value) -> match(pattern, value, "$path[$at]") }
    }

    /** Finds an effect for each pattern, in this order; others may stand between. */
    fun includes(patterns: JsonArray, actual: List<*>, path: String) {
        var from = 0
        for (pattern in patterns) from = find(pattern, actual, from, path) + 1
    }

    /** Refuses every effect that one of the patterns matches. */
    fun never(patterns: List<JsonElement>, actual: List<*>, path: String) {
        for (pattern in patterns) {
            val at = first(pattern, actual, 0, path)
            if (at >= 0) throw Mismatch("$path[$at]", "nothing like $pattern", actual[at])
        }
    }

    fun match(pattern: JsonElement, actual: Any?, path: String) {
        if (pattern == ANYTHING) return
        Bindings.nameIn(pattern)?.let { name ->
            if (!bindings.agree(name, actual)) throw Mismatch(path, "\$$name = ${bindings[name]}", actual)
            return
        }
        when {
            actual is List<*> && pattern is JsonObject -> some(pattern, actual, path)
            actual is List<*> -> list(pattern as? JsonArray ?: throw Misunderstood(path, "$pattern is no list"), actual, path)
            actual != null && !isPlain(actual) -> whole(pattern, actual, path)
            !same(pattern as? JsonPrimitive, actual, path) -> throw Mismatch(path, pattern, actual)
        }
    }

    private fun some(pattern: JsonObject, actual: List<*>, path: String) {
        val patterns = pattern["some"] as? JsonArray
        if (patterns == null || pattern.size > 1) throw Misunderstood(path, "`some` stands alone and is a list, not $pattern")
        patterns.forEach { find(it, actual, 0, path) }
    }

    private fun find(pattern: JsonElement, actual: List<*>, from: Int, path: String): Int {
        val at = first(pattern, actual, from, path)
        return if (at >= 0) at else throw Mismatch(path, "$pattern from [$from] on", actual)
    }

    /** The place of the first value that matches, or -1. */
    private fun first(pattern: JsonElement, actual: List<*>, from: Int, path: String): Int =
        (from until actual.size).firstOrNull { at -> bindings.attempt { match(pattern, actual[at], "$path[$at]") } } ?: -1

    private fun whole(pattern: JsonElement, actual: Any, path: String) {
        val wanted = pattern as? JsonObject ?: throw Misunderstood(path, "$pattern is no object")
        val sealed = actual::class.java.superclass.kotlin
        if (sealed.isSealed) variant(wanted, actual, sealed, path) else fields(wanted, actual, path)
    }

    private fun variant(wanted: JsonObject, actual: Any, kind: KClass<*>, path: String) {
        val (name, pattern) = wanted.entries.singleOrNull() ?: throw Misunderstood(path, "exactly one variant is expected, not $wanted")
        if (name !in Wire.variants(kind)) throw Misunderstood(path, "${kind.simpleName} has no variant `$name`")
        if (name != Wire.variantName(actual::class)) throw Mismatch(path, name, actual)
        if (pattern == ANYTHING) return
        fields(pattern as? JsonObject ?: throw Misunderstood(path, "$pattern is no object"), actual, "$path.$name")
    }

    private fun fields(wanted: JsonObject, actual: Any, path: String) {
        val fields = Wire.fields(actual::class)
        for ((name, pattern) in wanted) {
            val field = fields[name] ?: throw Misunderstood(path, "${actual::class.simpleName} has no field `$name`")
            match(pattern, field.getter.call(actual), "$path.$name")
        }
    }

    private fun same(pattern: JsonPrimitive?, actual: Any?, path: String): Boolean = when {
        pattern == null -> throw Misunderstood(path, "a single value is expected here, as in $actual")
        actual == null -> pattern is JsonNull
        pattern is JsonNull -> false
        actual is Enum<*> -> actual == (Wire.constant(actual::class, pattern.content) ?: throw Misunderstood(path, "${actual::class.simpleName} has no $pattern"))
        actual is String -> pattern.isString && pattern.content == actual
        actual is Boolean -> !pattern.isString && pattern.booleanOrNull == actual
        else -> !pattern.isString && pattern.content == actual.toString()
    }

    private fun isPlain(value: Any): Boolean = value is String || value is Boolean || value is UInt || value is ULong || value is Enum<*>

    private companion object {
        val ANYTHING = JsonPrimitive("*")
    }
}
